internal import FoundationEssentials
internal import LariatModels
internal import LariatOptimizers
internal import LinearAlgebra

/// A training between two epochs: parameters, optimizer state, running statistics, the place in the schedule, the
/// history and the best weights so far. A resumed training gives the same bits as one that was never interrupted.
///
/// The order of the rows and the dropout masks need no state: they are functions of seed, epoch and step.
public struct Checkpoint: Sendable {
    private let bytes: [UInt8]

    /// What is neither a parameter, optimizer state nor history: a few numbers, however long the training.
    struct Card: Codable {
        var fingerprint: Fingerprint
        var steps, epoch: Int
        var firstLoss: Double?
        var plateau: PlateauState
        var batches: [Int]
        var bestValue: Double?
        var bestEpoch: Int?
        var bestBatches: [Int]
    }

    private static let formatKey = "lariat.checkpoint"
    private static let format = "2"
    private static let cardKey = "lariat.state"

    /// Reads a checkpoint.
    ///
    /// - Throws: ``ModelFileError``.
    public init(contentsOf path: String) throws {
        let bytes = try readModelFile(path)
        do {
            try self.init(decoding: bytes)
        } catch let error as ModelFileError {
            throw ModelFileError("\(path): \(error.message)", hint: error.hint)
        }
    }

    /// A checkpoint from the bytes of its file.
    package init(decoding bytes: [UInt8]) throws {
        if try Safetensors(decoding: bytes).metadata[Self.formatKey] != Self.format {
            throw ModelFileError("this is no checkpoint of this version of Lariat")
        }
        self.bytes = bytes
    }

    /// Writes the checkpoint, whole or not at all.
    ///
    /// - Throws: ``WriteError``
    public func write(to path: String) throws { try AtomicFile.write(bytes, to: path) }

    /// The bytes of its file.
    package var encoded: [UInt8] { bytes }

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
        tensors += HistoryColumns(loop.history).tensors
        let card = Card(
            fingerprint: loop.fingerprint, steps: session.steps, epoch: session.epoch, firstLoss: session.firstLoss,
            plateau: session.plateau, batches: session.run.statistics.map(\.batches), bestValue: loop.best?.value,
            bestEpoch: loop.best?.epoch, bestBatches: loop.best?.network.statistics.map(\.batches) ?? [])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let text = String(decoding: try encoder.encode(card), as: UTF8.self)
        bytes = try Safetensors(metadata: [Self.formatKey: Self.format, Self.cardKey: text], tensors: tensors)
            .encoded()
    }

    /// Puts a training where the checkpoint stands. Every number is checked before any is used: a file may be forged,
    /// digest and all.
    ///
    /// - Throws: ``TrainingError/checkpoint(_:)`` when it belongs to another training, or to none.
    func restore<Scalar>(_ loop: inout FitLoop<Scalar>) throws {
        let file = try Safetensors(decoding: bytes)
        let session = loop.session
        guard let text = file.metadata[Self.cardKey],
            let card = try? JSONDecoder().decode(Card.self, from: Data(text.utf8))
        else { throw TrainingError.checkpoint("the state of the checkpoint cannot be read") }
        try card.fingerprint.check(against: loop.fingerprint)
        try card.check(stepsPerEpoch: session.batches.count)
        let template = session.network
        let stored = StoredTensors<Scalar>(file.tensors)
        let count = template.layout.blockCount
        let history = try HistoryColumns(file.tensors, epochs: card.epoch).records()
        let statistics = try stored.statistics("statistics", like: template.statistics, card.batches)
        let best = try Self.best(card, stored, template)
        let parameters = try stored.block("parameters", count)
        let slots = try (0..<session.trainer.optimizer.slotCount).map { try stored.block("slot.\($0)", count) }
        session.run.weights.update(from: parameters, count: count)
        if slots.count > 0 { session.run.slots.first.update(from: slots[0], count: count) }
        if slots.count > 1 { session.run.slots.second.update(from: slots[1], count: count) }
        session.run.distribute()
        session.run.statistics = statistics
        (session.steps, session.epoch, session.plateau) = (card.steps, card.epoch, card.plateau)
        session.firstLoss = card.firstLoss
        loop.restore(history: history, best: best)
    }

    private static func best<Scalar>(
        _ card: Card, _ stored: StoredTensors<Scalar>, _ template: NeuralNetwork<Scalar>
    ) throws -> FitLoop<Scalar>.Best? {
        guard let value = card.bestValue, let epoch = card.bestEpoch else { return nil }
        var network = template
        network.parameters = AlignedBuffer(try stored.block("best.parameters", template.layout.blockCount))
        network.statistics = try stored.statistics("best.statistics", like: template.statistics, card.bestBatches)
        return FitLoop<Scalar>.Best(network: network, value: value, epoch: epoch)
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
}

extension Checkpoint.Card {
    /// Checks the counts: none negative, none beyond what the epochs allow.
    func check(stepsPerEpoch: Int) throws(TrainingError) {
        let (expected, overflow) = epoch.multipliedReportingOverflow(by: stepsPerEpoch)
        guard epoch >= 1, !overflow, steps == expected else {
            throw .checkpoint("the checkpoint counts \(steps) steps in \(epoch) epochs of \(stepsPerEpoch)")
        }
        guard (0...epoch).contains(plateau.waiting), (0...epoch).contains(plateau.reductions),
            plateau.best?.isFinite != false, firstLoss?.isFinite != false
        else { throw .checkpoint("the checkpoint's schedule or first loss makes no sense") }
        guard (bestValue == nil) == (bestEpoch == nil), bestValue?.isFinite != false,
            bestEpoch.map({ (1...epoch).contains($0) }) != false
        else { throw .checkpoint("the checkpoint's best epoch makes no sense") }
    }
}

/// The tensors of a checkpoint by name.
private struct StoredTensors<Scalar: BLASScalar> {
    private let tensors: [String: Safetensors.Tensor]

    init(_ tensors: [Safetensors.Tensor]) {
        self.tensors = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A vector of that length; a narrowing conversion could leave the finite numbers.
    private func vector<Element: BLASScalar>(_ name: String, _ count: Int) throws(TrainingError) -> [Element] {
        guard let tensor = tensors[name], tensor.shape == [count],
            tensor.dtype == (Element.self == Float.self ? "F32" : "F64")
        else { throw .checkpoint("the checkpoint has no '\(name)' of \(count) numbers in the training's precision") }
        return tensor.elements(as: Element.self)
    }

    /// A block of the network's layout.
    func block(_ name: String, _ count: Int) throws(TrainingError) -> [Scalar] { try vector(name, count) }

    /// Running statistics as wide as the network's.
    func statistics(
        _ name: String, like template: [RunningStatistics], _ batches: [Int]
    ) throws(TrainingError) -> [RunningStatistics] {
        // Far from where counting on would overflow.
        guard batches.count == template.count, batches.allSatisfy({ (0...1 << 53).contains($0) }) else {
            throw .checkpoint("the checkpoint counts other batch normalisations than the network has")
        }
        var result: [RunningStatistics] = []
        for (index, running) in template.enumerated() {
            let mean: [Double] = try vector("\(name).\(index).mean", running.mean.count)
            let variance: [Double] = try vector("\(name).\(index).variance", running.mean.count)
            if variance.contains(where: { $0 < 0 }) {
                throw .checkpoint("the checkpoint's '\(name).\(index).variance' has a negative variance")
            }
            result.append(RunningStatistics(mean: mean, variance: variance, batches: batches[index]))
        }
        return result
    }
}
