internal import Glibc
internal import LariatDatasets
internal import LariatModels
internal import LinearAlgebra

/// What happens to raw outputs on their way out: the link, and the scale of the targets.
///
/// The targets' mean and deviation are applied here, in Double, and not folded into the last layer: where the mean is
/// large against the deviation, every sum there would be rounded to its precision.
struct OutputEdge {
    private enum Form {
        /// z·scale + mean
        case targets
        /// [1 − p, p]
        case twoClasses
        /// p
        case asIs
    }

    private let form: Form
    let link: Link
    /// The network's outputs.
    let outputs: Int
    private let means, scales: UnsafeMutablePointer<Double>

    /// How many columns go out.
    var columns: Int { form == .twoClasses ? 2 : outputs }

    init(_ model: Model, _ arena: Arena) {
        outputs = model.architecture.outputs
        link = model.link
        switch (model.schema.task, model.link) {
        case (.regression, .identity): form = .targets
        case (.binary, _): form = .twoClasses
        default: form = .asIs
        }
        means = arena.scalars(Double.self, count: outputs)
        scales = arena.scalars(Double.self, count: outputs)
        means.update(from: model.outputs.means, count: outputs)
        scales.update(from: model.outputs.scales, count: outputs)
    }

    /// Applies the link in place, in rows of whole vectors.
    func applyLink<Scalar: BLASScalar>(rows: Int, _ z: UnsafeMutablePointer<Scalar>, ldz: Int) {
        switch link {
        case .identity: break
        case .sigmoid:
            Scalar.biasActivate(.sigmoid, slope: 0, rows: rows, columns: outputs, z, ldx: ldz, bias: nil, z, ldy: ldz)
        case .softmax: Scalar.softmaxPadded(rows: rows, columns: outputs, z, ldz: ldz)
        case .exponential:
            for row in 0..<rows {
                for j in 0..<outputs { z[row * ldz + j] = Scalar(exp(Double(z[row * ldz + j]))) }
            }
        }
    }

    /// Writes rows behind the link to the caller's memory.
    func write<Scalar: BLASScalar, Value: BLASScalar>(
        rows: Int, _ z: UnsafePointer<Scalar>, ldz: Int, into y: UnsafeMutablePointer<Value>, ldy: Int
    ) {
        for row in 0..<rows {
            let (from, to) = (z + row * ldz, y + row * ldy)
            switch form {
            case .targets:
                for j in 0..<outputs { to[j] = Value(Double(from[j]) * scales[j] + means[j]) }
            case .twoClasses:
                to[0] = Value(1 - Double(from[0]))
                to[1] = Value(from[0])
            case .asIs:
                for j in 0..<outputs { to[j] = Value(from[j]) }
            }
        }
    }
}
