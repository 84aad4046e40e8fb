internal import LariatDatasets
internal import LariatModels
internal import LinearAlgebra
internal import RegularizedLoss

/// A dataset as the step reads it: standardised, in the network's precision, weights settled.
struct PreparedData<Scalar: BLASScalar> {
    let features: Matrix<Scalar>
    let targets: Matrix<Scalar>
    let weights: AlignedBuffer<Scalar>?

    var count: Int { features.rows }

    init(_ data: Dataset, _ preprocessing: Preprocessing, balancingClasses: Bool = false) {
        features = preprocessing.inputs.apply(data.features)
        targets = preprocessing.standardizesTargets ? preprocessing.outputs.apply(data.targets) : Matrix(data.targets)
        var weights = data.weights
        if balancingClasses && data.task != .regression {
            let counts = (0..<data.count).reduce(into: [Int: Double]()) {
                $0[Int(data.targets[$1, 0]), default: 0] += 1
            }
            let share = Double(data.count) / Double(counts.count)
            weights = (0..<data.count).map { row in
                (weights?[row] ?? 1) * share / counts[Int(data.targets[row, 0])]!
            }
        }
        self.weights = weights.map { AlignedBuffer($0.map { Scalar($0) }) }
    }

    /// The mean loss of a network on these data.
    func meanLoss(_ network: NeuralNetwork<Scalar>, _ loss: Loss) throws -> Double {
        let outputs = try network(features)
        let total = weights.map { $0.elements.reduce(0) { $0 + Double($1) } } ?? Double(count)
        return outputs.withView { outputs in
            targets.withView { targets in
                guard let weights else { return loss.value(outputs: outputs, targets: targets) / total }
                return weights.withUnsafePointer { loss.value(outputs: outputs, targets: targets, weights: $0) / total }
            }
        }
    }
}

/// The standardisation that belongs to a model, from the training data alone.
package struct Preprocessing {
    let inputs: Standardization
    let outputs: Standardization
    /// Regression targets are standardised, but for losses whose link is not the identity.
    let standardizesTargets: Bool

    init(of data: Dataset, loss: Loss) throws(DataError) {
        let names = data.schema.features.flatMap { Array(repeating: $0.name, count: $0.width) }
        inputs = try Standardization(of: data.features, names: names)
        standardizesTargets = data.task == .regression && loss.link == .identity
        outputs =
            standardizesTargets
            ? try Standardization(of: data.targets, names: data.schema.targets)
            : .identity(columns: data.schema.outputCount)
    }

    /// Data that are to be taken as they are.
    package static func identity(inputs: Int, outputs: Int) -> Preprocessing {
        Preprocessing(
            inputs: .identity(columns: inputs), outputs: .identity(columns: outputs), standardizesTargets: false)
    }

    private init(inputs: Standardization, outputs: Standardization, standardizesTargets: Bool) {
        (self.inputs, self.outputs, self.standardizesTargets) = (inputs, outputs, standardizesTargets)
    }

    /// That of a model which is trained further.
    init(of model: Model) {
        (inputs, outputs) = (model.inputs, model.outputs)
        standardizesTargets = model.schema.task == .regression && model.link == .identity
    }
}
