internal import LariatModels
internal import LinearAlgebra

/// The weights of one dense layer after an epoch.
public struct WeightRecord: Sendable, Equatable, Codable {
    /// The index of the layer.
    public let layer: Int
    /// ‖w‖₂
    public let norm: Double
    /// How many are exactly zero.
    public let exactZeros: Int
}

/// What one batch normalisation has seen of its input by the end of an epoch, by its running statistics.
public struct InputRecord: Sendable, Equatable, Codable {
    /// The index of the layer.
    public let layer: Int
    /// How far its columns lie from zero: the root of the mean over columns of μ².
    public let shift: Double
    /// How far its columns spread: the root of the mean over columns of σ².
    public let deviation: Double
}

extension NeuralNetwork {
    /// The weights of each dense layer, first to last.
    var weightRecords: [WeightRecord] {
        parameters.withUnsafePointer { base in
            layout.tensors.filter { $0.role == .weight }.map { tensor in
                let start = base + tensor.offset
                return WeightRecord(
                    layer: tensor.layer, norm: Double(Scalar.sumOfSquares(tensor.count, start)).squareRoot(),
                    exactZeros: Scalar.countZeros(tensor.count, start))
            }
        }
    }

    /// The running statistics of each batch normalisation that keeps them, first to last.
    var inputRecords: [InputRecord] {
        var records: [InputRecord] = []
        var index = 0
        for (layer, spec) in architecture.layers.enumerated() {
            guard case .batchNorm(let norm) = spec else { continue }
            let running = statistics[index]
            index += 1
            guard norm.tracksStatistics, !running.mean.isEmpty else { continue }
            let columns = Double(running.mean.count)
            records.append(
                InputRecord(
                    layer: layer, shift: running.mean.reduce(0) { $0 + $1 * $1 / columns }.squareRoot(),
                    deviation: running.variance.reduce(0) { $0 + $1 / columns }.squareRoot()))
        }
        return records
    }
}
