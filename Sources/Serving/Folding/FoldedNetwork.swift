package import LariatModels
package import LinearAlgebra

/// A network as prediction sees it, in Double: dropout gone, each batch normalisation inside a dense layer beside it,
/// each activation at the end of the layer before it.
///
/// With s = γ/√(σ² + ε) and t = β − s·μ a batch normalisation of running statistics is z ← s·z + t. Behind a dense
/// layer: w ← w·diag(s), b ← s·b + t. In front of one: b ← b + t·w, w ← diag(s)·w. Between two activations there is
/// no dense layer to take it, so it stays a layer of its own.
package struct FoldedNetwork {
    package private(set) var layers: [FoldedLayer] = []
    /// z ← s·z + t that no layer has taken yet.
    private var pending: ColumnMap?
    /// Whether the last layer can still take a map or an activation.
    private var isOpen = false

    /// - Throws: ``PredictorError`` where a batch normalisation keeps no running statistics.
    package init<Scalar>(_ network: NeuralNetwork<Scalar>) throws(PredictorError) {
        let architecture = network.architecture
        var (width, statistics) = (architecture.inputs, 0)
        for (index, layer) in architecture.layers.enumerated() {
            let name = architecture.name(of: index)
            switch layer {
            case .dense(let dense):
                append(
                    FoldedDense(
                        rows: width, columns: dense.units, weights: network.numbers(index, .weight)!,
                        bias: network.numbers(index, .bias) ?? Array(repeating: 0, count: dense.units)), name)
                width = dense.units
            case .batchNorm(let norm):
                guard norm.tracksStatistics else { throw PredictorError(dependsOnTheBatch: name) }
                take(
                    ColumnMap(
                        network.statistics[statistics], epsilon: norm.epsilon, scale: network.numbers(index, .scale),
                        shift: network.numbers(index, .shift)), name)
                statistics += 1
            case .activation(let activation): close(with: activation, width: width, name)
            case .dropout: break
            }
        }
        if pending != nil { close(with: .identity, width: width, layers.last?.name ?? "") }
    }

    private mutating func append(_ dense: FoldedDense, _ name: String) {
        var dense = dense
        if let pending { dense.follow(pending) }
        pending = nil
        layers.append(FoldedLayer(name: name, operation: .dense(dense), activation: .identity))
        isOpen = true
    }

    private mutating func take(_ map: ColumnMap, _ name: String) {
        if isOpen, case .dense(var dense) = layers[layers.count - 1].operation {
            dense.lead(map)
            layers[layers.count - 1].operation = .dense(dense)
        } else {
            pending = pending?.followed(by: map) ?? map
        }
    }

    private mutating func close(with activation: Activation, width: Int, _ name: String) {
        if isOpen {
            layers[layers.count - 1].activation = activation
        } else {
            let map = pending ?? ColumnMap(identityOf: width)
            layers.append(FoldedLayer(name: name, operation: .map(map), activation: activation))
            pending = nil
        }
        isOpen = false
    }
}

/// One pass of prediction: f(x·w + b) or f(s·x + t).
package struct FoldedLayer {
    package enum Operation {
        case dense(FoldedDense)
        case map(ColumnMap)
    }

    /// The layer of the network that it comes from.
    package let name: String
    package fileprivate(set) var operation: Operation
    package fileprivate(set) var activation: Activation
}

/// z ← scale·z + shift, by column.
package struct ColumnMap {
    package private(set) var scale, shift: [Double]

    init(identityOf columns: Int) {
        (scale, shift) = (Array(repeating: 1, count: columns), Array(repeating: 0, count: columns))
    }

    /// The batch normalisation by running statistics; γ = 1 and β = 0 where nil.
    init(_ statistics: RunningStatistics, epsilon: Double, scale gamma: [Double]?, shift beta: [Double]?) {
        self.init(identityOf: statistics.mean.count)
        for j in scale.indices {
            let root = (statistics.variance[j] + epsilon).squareRoot()
            scale[j] = root == 0 ? 0 : (gamma?[j] ?? 1) / root
            shift[j] = (beta?[j] ?? 0) - scale[j] * statistics.mean[j]
        }
    }

    /// This map and then another.
    func followed(by next: ColumnMap) -> ColumnMap {
        var map = self
        for j in scale.indices {
            map.scale[j] = scale[j] * next.scale[j]
            map.shift[j] = shift[j] * next.scale[j] + next.shift[j]
        }
        return map
    }
}

/// x·w + b with w [rows × columns].
package struct FoldedDense {
    package let rows, columns: Int
    package private(set) var weights, bias: [Double]

    init(rows: Int, columns: Int, weights: [Double], bias: [Double]) {
        (self.rows, self.columns, self.weights, self.bias) = (rows, columns, weights, bias)
    }

    /// Takes in a map of its outputs.
    mutating func lead(_ map: ColumnMap) {
        for i in 0..<rows {
            for j in 0..<columns { weights[i * columns + j] *= map.scale[j] }
        }
        for j in 0..<columns { bias[j] = bias[j] * map.scale[j] + map.shift[j] }
    }

    /// Takes in a map of its inputs.
    mutating func follow(_ map: ColumnMap) {
        for i in 0..<rows {
            for j in 0..<columns {
                bias[j] += map.shift[i] * weights[i * columns + j]
                weights[i * columns + j] *= map.scale[i]
            }
        }
    }
}

extension NeuralNetwork {
    /// One parameter tensor in Double, or nil when the layer has none of that role.
    fileprivate func numbers(_ layer: Int, _ role: ParameterRole) -> [Double]? {
        layout.tensors.first { $0.layer == layer && $0.role == role }.map { tensor in
            self[tensor].elements.map { Double($0) }
        }
    }
}
