internal import LariatDatasets
internal import LariatModels
internal import LinearAlgebra

/// Everything that prediction reads: folded layers, standardisation, link. Made once, then never written.
///
/// Inputs are standardised explicitly, in Double, and not folded into the first layer: each number is read once
/// anyway to see whether it is finite, and subtracting first is exact where x·w − μ·w would cancel.
///
/// `@unchecked Sendable` holds because the memory behind the addresses is written in `init` only and lives as long as
/// the plan, which keeps the arena.
final class ServingPlan<Scalar: BLASScalar>: @unchecked Sendable {
    let inputs: Int
    let edge: OutputEdge
    /// Whether a NaN stands for a missing number.
    let takesMissing: Bool
    /// Multiplications and additions of one row.
    let flops: Int
    private let layers: UnsafeMutablePointer<ServingLayer<Scalar>>
    private let layerCount: Int
    private let means, inverses: UnsafeMutablePointer<Double>
    private let widest: Int
    private let arena = Arena()

    /// - Throws: ``PredictorError``.
    init(_ network: NeuralNetwork<Scalar>, of model: Model) throws(PredictorError) {
        inputs = network.architecture.inputs
        edge = OutputEdge(model, arena)
        takesMissing = model.schema.missing == .mean
        means = arena.scalars(Double.self, count: inputs)
        inverses = arena.scalars(Double.self, count: inputs)
        for (feature, scale) in model.inputs.scales.enumerated() {
            (means[feature], inverses[feature]) = (model.inputs.means[feature], 1 / scale)
            guard inverses[feature].isNormal else { throw PredictorError(scale: scale, feature: feature) }
        }
        var planned: [ServingLayer<Scalar>] = []
        for layer in try FoldedNetwork(network).layers { planned.append(try ServingLayer(layer, arena)) }
        layerCount = planned.count
        layers = .allocate(capacity: planned.count)
        layers.initialize(from: planned, count: planned.count)
        flops = planned.reduce(0) { $0 + $1.flops }
        widest = planned.reduce(Self.stride(inputs)) { max($0, Self.stride($1.outputs)) }
    }

    deinit { layers.deallocate() }

    /// The distance between rows in a workspace: whole cache lines, and an odd number of them, so that a walk down a
    /// column does not fall on the same few sets of the cache again and again.
    static func stride(_ columns: Int) -> Int {
        let line = 64 / MemoryLayout<Scalar>.stride
        return ((columns + line - 1) / line | 1) * line
    }

    /// The scalars that a block of rows needs: its inputs, then each layer from one half to the other.
    func scratchCount(rows: Int) -> Int { 2 * rows * widest }

    /// Predicts some of the rows; false where one of them holds a number that cannot be used.
    ///
    /// - Parameter scratch: ``scratchCount(rows:)`` scalars for `capacity` rows, which hold this block.
    func run(
        _ rows: Range<Int>, of input: InputRows, into output: OutputRows, scratch: UnsafeMutablePointer<Scalar>,
        capacity: Int
    ) -> Bool {
        var (from, to) = (scratch, scratch + capacity * widest)
        var width = Self.stride(inputs)
        guard
            input.standardize(rows, means: means, inverses: inverses, missing: takesMissing, into: from, ldz: width)
        else { return false }
        for index in 0..<layerCount {
            let next = Self.stride(layers[index].outputs)
            layers[index].run(rows: rows.count, from, ldx: width, into: to, ldy: next)
            width = next
            swap(&from, &to)
        }
        edge.applyLink(rows: rows.count, from, ldz: width)
        output.write(rows, from, ldz: width, edge)
        return true
    }
}
