internal import FoundationEssentials
internal import LariatModels
internal import LariatOptimizers
internal import LinearAlgebra
internal import RegularizedLoss

/// What must be the same for a checkpoint to fit: everything that decides a step, or what is kept of it, but for the
/// number of epochs.
struct Fingerprint: Codable, Equatable {
    private let settings: String
    private let workers: Int
    private let data: [UInt64]

    /// The fingerprint of a training; it reads all data, so that a training takes it once.
    init<Scalar>(_ session: TrainingSession<Scalar>, validation: PreparedData<Scalar>?) throws {
        let trainer = session.trainer
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let architecture = String(decoding: try encoder.encode(session.network.architecture), as: UTF8.self)
        settings = [
            "\(Scalar.self)", architecture, "\(trainer.objective.loss)",
            "\(trainer.objective.penalties.map(Self.describe))", "\(trainer.optimizer)", "\(trainer.schedule)",
            "\(trainer.clipping)", "batches of \(session.batchSize)", "seed \(trainer.seed)",
            "balanced \(trainer.balancesClasses)",
            trainer.earlyStopping.map { "stops after \($0.patience) of \($0.metric)" } ?? "runs to the end",
            "monitors \(trainer.monitored)",
        ].joined(separator: "; ")
        workers = session.workers
        data = [session.data.digest()] + (validation.map { [$0.digest()] } ?? [])
    }

    /// A penalty in words that are the same in every process: the order in a set is not.
    private static func describe(_ penalty: Penalty) -> String {
        let layers =
            switch penalty.scope.layers {
            case .all: "all"
            case .first: "first"
            case .only(let indices): "\(indices.sorted())"
            }
        return "\(penalty.kind) on \(penalty.scope.roles.map(\.rawValue).sorted()) of \(layers)"
    }

    /// - Throws: ``TrainingError/checkpoint(_:)`` when the other is a training that the checkpoint does not belong to.
    func check(against other: Fingerprint) throws(TrainingError) {
        guard settings == other.settings, data == other.data else {
            throw .checkpoint(
                "the checkpoint belongs to a training with other data, network or settings\nResume with the flags and the data that it was made with; only --epochs may differ."
            )
        }
        guard workers == other.workers else {
            throw .checkpoint(
                "the checkpoint was made by \(workers == 1 ? "1 worker" : "\(workers) workers"), and this training has \(other.workers)\nResume with --workers \(workers): their number decides the last digits of every step."
            )
        }
    }
}

extension PreparedData {
    /// FNV-1a over the shapes and the bits of features, targets and weights.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func digest() -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ bits: UInt64) { hash = (hash ^ bits) &* 0x100_0000_01b3 }
        func add(_ base: UnsafePointer<Scalar>, _ count: Int) {
            for index in 0..<count { add(Double(base[index]).bitPattern) }
        }
        for matrix in [features, targets] {
            add(UInt64(matrix.columns))
            matrix.withView { add($0.base, matrix.rows * matrix.columns) }
        }
        weights?.withUnsafePointer { add($0, count) }
        return hash
    }
}
