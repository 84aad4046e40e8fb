@_exported public import LariatDatasets
@_exported public import LariatModels
@_exported public import LariatOptimizers
@_exported public import LariatServing
@_exported public import LariatTraining
@_exported public import LinearAlgebra
@_exported public import RegularizedLoss
