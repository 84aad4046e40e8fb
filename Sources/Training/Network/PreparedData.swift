internal import LariatDatasets
internal import LariatModels
internal import LinearAlgebra
internal import RegularizedLoss

/// A dataset as the step reads it: standardised, in the network's precision, weights settled.
struct PreparedData<Scalar: BLASScalar> {
    let features: Matrix<Scalar>
    let targets: Matrix<Scalar>
    /// Row weights, or nil for ones; up to a power of two, which no loss feels, so that the precision holds them.
    let weights: AlignedBuffer<Scalar>?
    /// Σ of the weights.
    let totalWeight: Double

    var count: Int { features.rows }

    /// - Throws: ``TrainingError/data(_:)`` naming the `purpose` of data whose weights are all zero.
    init(
        _ data: Dataset, _ preprocessing: Preprocessing, balancingClasses: Bool = false, of purpose: String
    ) throws(TrainingError) {
        features = preprocessing.inputs.apply(data.features)
        targets = preprocessing.standardizesTargets ? preprocessing.outputs.apply(data.targets) : Matrix(data.targets)
        var weights = data.weights.map(Self.scaled)
        if balancingClasses && data.task != .regression { weights = Self.scaled(Self.balanced(weights, data)) }
        self.weights = weights.map { AlignedBuffer($0.map { Scalar($0) }) }
        totalWeight = self.weights.map { $0.elements.reduce(0) { $0 + Double($1) } } ?? Double(data.count)
        if !(totalWeight > 0) { throw .data("the \(purpose) rows all have weight zero: nothing counts") }
    }

    /// The weights over a power of two, so that the largest is in 1 ..< 2.
    private static func scaled(_ weights: [Double]) -> [Double] {
        guard let largest = weights.max(), largest > 0, largest.isFinite else { return weights }
        return weights.map { Double(sign: .plus, exponent: -largest.exponent, significand: $0) }
    }

    /// Weights under which every class has the same total.
    private static func balanced(_ weights: [Double]?, _ data: Dataset) -> [Double] {
        let classes = (0..<data.count).map { Int(data.targets[$0, 0]) }
        let weights = weights ?? Array(repeating: 1, count: data.count)
        var totals: [Int: Double] = [:]
        for (index, weight) in zip(classes, weights) { totals[index, default: 0] += weight }
        let present = totals.values.filter { $0 > 0 }
        let share = present.reduce(0, +) / Double(max(present.count, 1))
        return zip(classes, weights).map { index, weight in
            totals[index]! > 0 ? weight / totals[index]! * share : 0
        }
    }

    func weight(of row: Int) -> Double { weights.map { Double($0[row]) } ?? 1 }

    /// The mean loss of a network on these data.
    func meanLoss(_ network: NeuralNetwork<Scalar>, _ loss: Loss) throws -> Double {
        let outputs = try network(features)
        return outputs.withView { outputs in
            targets.withView { targets in
                guard let weights else { return loss.value(outputs: outputs, targets: targets) / totalWeight }
                return weights.withUnsafePointer {
                    loss.value(outputs: outputs, targets: targets, weights: $0) / totalWeight
                }
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
