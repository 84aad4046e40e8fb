internal import FoundationEssentials
internal import LariatDatasets
internal import LariatModels
internal import LariatOptimizers
internal import LinearAlgebra
internal import RegularizedLoss

/// A training between two epochs: parameters, optimizer state, running statistics, the place in the schedule, the
/// history and the best weights so far. A resumed training gives the same bits as one that was never interrupted.
///
/// The order of the rows and the dropout masks need no state: they are functions of seed, epoch and step.
public struct Checkpoint: Sendable {
    private let bytes: [UInt8]

    /// What is neither a parameter nor optimizer state.
    private struct Card: Codable {
        var fingerprint: String
        var steps, epoch: Int
        var plateau: PlateauState
        var history: [EpochRecord]
        var batches: [Int]
        var bestValue: Double?
        var bestEpoch: Int?
        var bestBatches: [Int]
    }

    private static let formatKey = "lariat.checkpoint"
    private static let cardKey = "lariat.state"

    /// Reads a checkpoint.
    ///
    /// - Throws: ``ModelFileError``.
    public init(contentsOf path: String) throws {
        bytes = try readModelFile(path)
        do {
            let file = try Safetensors(decoding: bytes)
            if file.metadata[Self.formatKey] != "1" {
                throw ModelFileError("this is no checkpoint of this version of Lariat")
            }
        } catch let error as ModelFileError {
            throw ModelFileError("\(path): \(error.message)", hint: error.hint)
        }
    }

    /// Writes the checkpoint, whole or not at all.
    ///
    /// - Throws: ``WriteError``
    public func write(to path: String) throws { try AtomicFile.write(bytes, to: path) }

    init<Scalar>(_ loop: FitLoop<Scalar>) throws {
        let session = loop.session
        session.run.collect()
        let count = session.network.layout.blockCount
        func block(_ name: String, _ base: UnsafeMutablePointer<Scalar>) -> Safetensors.Tensor {
            .init(
                name: name, shape: [count], values: Self.values(Array(UnsafeBufferPointer(start: base, count: count))))
        }
        var tensors = [block("parameters", session.run.weights)]
        if session.trainer.optimizer.slotCount > 0 { tensors.append(block("slot.0", session.run.slots.first)) }
        if session.trainer.optimizer.slotCount > 1 { tensors.append(block("slot.1", session.run.slots.second)) }
        tensors += Self.tensors(session.run.statistics, "statistics")
        if let best = loop.best {
            tensors.append(
                .init(name: "best.parameters", shape: [count], values: Self.values(best.network.parameters.elements)))
            tensors += Self.tensors(best.network.statistics, "best.statistics")
        }
        let card = Card(
            fingerprint: session.fingerprint, steps: session.steps, epoch: session.epoch, plateau: session.plateau,
            history: loop.history, batches: session.run.statistics.map(\.batches), bestValue: loop.best?.value,
            bestEpoch: loop.best?.epoch, bestBatches: loop.best?.network.statistics.map(\.batches) ?? [])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let text = String(decoding: try encoder.encode(card), as: UTF8.self)
        bytes = try Safetensors(metadata: [Self.formatKey: "1", Self.cardKey: text], tensors: tensors).encoded()
    }

    /// Puts a training where the checkpoint stands.
    ///
    /// - Throws: ``TrainingError/checkpoint(_:)`` when it belongs to another training.
    func restore<Scalar>(_ loop: inout FitLoop<Scalar>) throws {
        let file = try Safetensors(decoding: bytes)
        let session = loop.session
        guard let text = file.metadata[Self.cardKey],
            let card = try? JSONDecoder().decode(Card.self, from: Data(text.utf8))
        else { throw TrainingError.checkpoint("the state of the checkpoint cannot be read") }
        guard card.fingerprint == session.fingerprint else {
            throw TrainingError.checkpoint(
                "the checkpoint belongs to a training with other data, network or settings\nResume with the flags and the data that it was made with; only --epochs may differ."
            )
        }
        let tensors = Dictionary(file.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let count = session.network.layout.blockCount
        func elements(_ name: String) throws -> [Scalar] {
            guard let tensor = tensors[name], tensor.shape == [count] else {
                throw TrainingError.checkpoint("the checkpoint lacks '\(name)'")
            }
            return tensor.elements(as: Scalar.self)
        }
        session.run.weights.update(from: try elements("parameters"), count: count)
        if session.trainer.optimizer.slotCount > 0 {
            session.run.slots.first.update(from: try elements("slot.0"), count: count)
        }
        if session.trainer.optimizer.slotCount > 1 {
            session.run.slots.second.update(from: try elements("slot.1"), count: count)
        }
        session.run.distribute()
        session.run.statistics = try Self.statistics(tensors, "statistics", card.batches)
        (session.steps, session.epoch, session.plateau) = (card.steps, card.epoch, card.plateau)
        var best: FitLoop<Scalar>.Best?
        if let value = card.bestValue, let epoch = card.bestEpoch {
            var network = session.network
            network.parameters = AlignedBuffer(try elements("best.parameters"))
            network.statistics = try Self.statistics(tensors, "best.statistics", card.bestBatches)
            best = FitLoop<Scalar>.Best(network: network, value: value, epoch: epoch)
        }
        loop.restore(history: card.history, best: best)
    }

    private static func values<Scalar: BLASScalar>(_ elements: [Scalar]) -> Safetensors.Tensor.Values {
        (elements as? [Float]).map { .float($0) } ?? .double(elements.map { Double($0) })
    }

    private static func tensors(_ statistics: [RunningStatistics], _ name: String) -> [Safetensors.Tensor] {
        statistics.enumerated().flatMap { index, running in
            [
                .init(name: "\(name).\(index).mean", shape: [running.mean.count], values: .double(running.mean)),
                .init(
                    name: "\(name).\(index).variance", shape: [running.mean.count], values: .double(running.variance)),
            ]
        }
    }

    private static func statistics(
        _ tensors: [String: Safetensors.Tensor], _ name: String, _ batches: [Int]
    ) throws -> [RunningStatistics] {
        try batches.enumerated().map { index, count in
            guard let mean = tensors["\(name).\(index).mean"], let variance = tensors["\(name).\(index).variance"],
                mean.shape == variance.shape
            else { throw TrainingError.checkpoint("the checkpoint lacks running statistics") }
            return RunningStatistics(
                mean: mean.elements(as: Double.self), variance: variance.elements(as: Double.self), batches: count)
        }
    }
}

extension TrainingSession {
    /// What must be the same for a checkpoint to fit: everything that decides a step, but for the number of epochs.
    var fingerprint: String {
        let penalties = trainer.objective.penalties.map {
            "\($0.kind) on \($0.scope.roles.map(\.rawValue).sorted()) of \($0.scope.layers)"
        }
        let parts = [
            "\(Scalar.self)", "\(network.layout.tensors.map { "\($0.name) \($0.rows) × \($0.columns)" })",
            trainer.objective.loss.name, "\(trainer.objective.loss)", "\(penalties)", "\(trainer.optimizer)",
            "\(trainer.schedule)", "\(trainer.clipping)", "\(batches.count)", "\(trainer.seed)", "\(workers)",
            "\(trainer.balancesClasses)", "\(data.digest)",
        ]
        return parts.joined(separator: "; ")
    }
}

extension PreparedData {
    /// FNV-1a over the bits of features, targets and weights.
    var digest: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for element in features.elements + targets.elements + (weights?.elements ?? []) {
            hash = (hash ^ Double(element).bitPattern) &* 0x100_0000_01b3
        }
        return hash
    }
}
