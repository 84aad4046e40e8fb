package import LinearAlgebra

/// A network compiled to the passes that run it: activations are fused into the layer before them where the
/// backward pass can do without the activation's input.
package struct Program: Sendable {
    package enum Operation: Sendable {
        /// y = f(x·w + b)
        case dense(weight: ParameterTensor, bias: ParameterTensor?, Activation)
        /// y = f(γ·(x − μ)/√(σ² + ε) + β); `statistics` counts the batch normalisations of the network
        case normalize(
            BatchNorm, scale: ParameterTensor?, shift: ParameterTensor?, statistics: Int, Activation)
        /// y = f(x), for activations that cannot be fused
        case activate(Activation)
        /// y = x ⊙ mask / (1 − p); `stream` keys the mask
        case drop(probability: Double, stream: UInt64)
    }

    package struct Step: Sendable {
        package let operation: Operation
        package let inputWidth: Int
        package let outputWidth: Int
    }

    package let steps: [Step]

    package init(_ architecture: Architecture, _ layout: ParameterLayout) {
        var steps: [Step] = []
        var (width, statistics) = (architecture.inputs, 0)
        var index = 0
        let layers = architecture.layers
        while index < layers.count {
            let operation: Operation
            var outputWidth = width
            switch layers[index] {
            case .dense(let dense):
                outputWidth = dense.units
                operation = .dense(
                    weight: layout.tensor(index, .weight)!, bias: layout.tensor(index, .bias),
                    Self.fusible(after: index, in: layers))
            case .batchNorm(let norm):
                operation = .normalize(
                    norm, scale: layout.tensor(index, .scale), shift: layout.tensor(index, .shift),
                    statistics: statistics, Self.fusible(after: index, in: layers))
                statistics += 1
            case .activation(let activation): operation = .activate(activation)
            case .dropout(let dropout): operation = .drop(probability: dropout.probability, stream: UInt64(index))
            }
            steps.append(Step(operation: operation, inputWidth: width, outputWidth: outputWidth))
            switch operation {
            case .dense(_, _, let fused), .normalize(_, _, _, _, let fused): index += fused == .identity ? 1 : 2
            default: index += 1
            }
            width = outputWidth
        }
        self.steps = steps
    }

    /// The activation right behind layer `index`, where it can be fused; else the identity.
    private static func fusible(after index: Int, in layers: [Layer]) -> Activation {
        guard index + 1 < layers.count, case .activation(let next) = layers[index + 1], !next.gradientNeedsInput
        else { return .identity }
        return next
    }
}
