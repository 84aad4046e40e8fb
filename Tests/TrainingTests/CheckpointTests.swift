import Foundation
import Lariat
import LariatModels
import LariatTestSupport
import LariatTraining
import Testing

/// Which checkpoints a training takes: its own, whatever the number of epochs, and none that is forged.
@Suite("Checkpoints")
struct CheckpointTests {
    static func trainer(epochs: Int = 3) -> Trainer {
        var trainer = FitTests.trainer(epochs: epochs)
        trainer.earlyStopping = EarlyStopping(patience: 50)
        trainer.schedule = .plateau(0.01, patience: 1)
        return trainer
    }

    /// The checkpoint after the last epoch, and what the whole training gave.
    static func checkpoint(_ trainer: Trainer = trainer()) throws -> Checkpoint {
        var (last, network): (Checkpoint?, _) = (nil, FitTests.network(Float.self))
        _ = try trainer.fit(
            &network, on: FitTests.small(), validatingOn: FitTests.small(30, seed: 2), onCheckpoint: { last = $0 })
        return last!
    }

    static func resume(
        _ checkpoint: Checkpoint, _ trainer: Trainer = trainer(epochs: 5),
        _ network: Network = FitTests.network(Float.self), validation: UInt64 = 2
    ) throws -> Fitted {
        var network = network
        return try trainer.fit(
            &network, on: FitTests.small(), validatingOn: FitTests.small(30, seed: validation),
            resumingFrom: checkpoint)
    }

    // MARK: Forged files

    /// A change to the container of a good checkpoint; the digest is made anew.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let message: String
        let apply: @Sendable (inout Safetensors) throws -> Void

        /// Rewrites the state's text.
        init(_ old: Regex<Substring>, to new: String, _ message: String) {
            (testDescription, self.message) = (new, message)
            // Regexes are not Sendable; this one is read only.
            nonisolated(unsafe) let old = old
            apply = { file in
                let text = file.metadata["lariat.state"]!
                try #require(text.contains(old), "the state is \(text)")
                file.metadata["lariat.state"] = text.replacing(old, with: new)
            }
        }

        /// Replaces a tensor's values.
        init(_ tensor: String, _ values: Safetensors.Tensor.Values, count: Int, _ message: String) {
            (testDescription, self.message) = ("\(tensor) of \(count)", message)
            apply = { file in
                let index = try #require(file.tensors.firstIndex { $0.name == tensor })
                file.tensors[index] = .init(name: tensor, shape: [count], values: values)
            }
        }

        /// Removes a tensor.
        init(removing tensor: String, _ message: String) {
            (testDescription, self.message) = ("without \(tensor)", message)
            apply = { file in
                try #require(file.tensors.contains { $0.name == tensor })
                file.tensors.removeAll { $0.name == tensor }
            }
        }
    }

    private static let counts = "the checkpoint counts "
    private static let statistics = "the checkpoint counts other batch normalisations than the network has"
    private static let schedule = "the checkpoint's schedule or first loss makes no sense"
    private static let best = "the checkpoint's best epoch makes no sense"
    private static let unreadable = "the state of the checkpoint cannot be read"

    static let changes = [
        Change(/"batches":\[[0-9]+\]/, to: #""batches":[]"#, statistics),
        Change(/"batches":\[[0-9]+\]/, to: #""batches":[1,1]"#, statistics),
        Change(/"batches":\[[0-9]+\]/, to: #""batches":[-1]"#, statistics),
        Change(/"batches":\[[0-9]+\]/, to: #""batches":[9223372036854775807]"#, statistics),
        Change(/"bestBatches":\[[0-9]+\]/, to: #""bestBatches":[]"#, statistics),
        Change(/"steps":[0-9]+/, to: #""steps":-5"#, counts),
        Change(/"steps":[0-9]+/, to: #""steps":9223372036854775807"#, counts),
        Change(/"epoch":[0-9]+/, to: #""epoch":-3"#, counts),
        Change(/"epoch":[0-9]+/, to: #""epoch":0"#, counts),
        Change(/"epoch":[0-9]+/, to: #""epoch":9223372036854775807"#, counts),
        Change(/"epoch":[0-9]+/, to: #""epoch":2"#, counts),
        Change(/"waiting":[0-9]+/, to: #""waiting":-1"#, schedule),
        Change(/"waiting":[0-9]+/, to: #""waiting":9223372036854775807"#, schedule),
        Change(/"reductions":[0-9]+/, to: #""reductions":-1"#, schedule),
        Change(/"firstLoss":[0-9.]+/, to: #""firstLoss":1e999"#, unreadable),
        Change(/"bestValue":[0-9.]+/, to: #""bestValue":-1e999"#, unreadable),
        Change(/"bestEpoch":[0-9]+/, to: #""bestEpoch":0"#, best),
        Change(/"bestEpoch":[0-9]+/, to: #""bestEpoch":4"#, best),
        Change(/"bestEpoch":[0-9]+,/, to: "", best),
        Change(/"steps":[0-9]+/, to: #""steps":1.5"#, unreadable),
        Change(/^/, to: "x", unreadable),
        Change("statistics.0.mean", .double([1]), count: 1, "the checkpoint has no 'statistics.0.mean' of 8 numbers"),
        Change(
            "statistics.0.variance", .double([1]), count: 1,
            "the checkpoint has no 'statistics.0.variance' of 8 numbers"),
        Change(
            "statistics.0.variance", .double(Array(repeating: -1, count: 8)), count: 8,
            "the checkpoint's 'statistics.0.variance' has a negative variance"),
        Change(
            "best.statistics.0.mean", .double([1]), count: 1,
            "the checkpoint has no 'best.statistics.0.mean' of 8 numbers"),
        Change("statistics.0.mean", .double([.nan]), count: 1, "tensor 'statistics.0.mean' holds a NaN"),
        Change("parameters", .float([1, 2]), count: 2, "the checkpoint has no 'parameters' of "),
        Change("slot.0", .float([.infinity]), count: 1, "tensor 'slot.0' holds a NaN or an infinity"),
        Change("history.loss", .double([1]), count: 1, "the checkpoint's 'history.loss' has not one number for each"),
        Change(removing: "parameters", "the checkpoint has no 'parameters' of "),
        Change(removing: "slot.1", "the checkpoint has no 'slot.1' of "),
        Change(removing: "best.parameters", "the checkpoint has no 'best.parameters' of "),
        Change(removing: "statistics.0.mean", "the checkpoint has no 'statistics.0.mean' of 8 numbers"),
        Change(removing: "history.rate", "the checkpoint has no history of rates and losses"),
    ]

    static let good: Checkpoint = {
        do { return try checkpoint() } catch { fatalError("\(error)") }
    }()

    @Test(arguments: changes)
    func forgedFilesAreRefusedWithTheReason(change: Change) throws {
        var file = try Safetensors(decoding: Self.good.encoded)
        try change.apply(&file)
        let error = #expect(throws: (any Error).self) {
            try Self.resume(Checkpoint(decoding: file.encodedUnchecked()))
        }
        let message = error.map { "\($0)" } ?? "no error"
        #expect(error is TrainingError || error is ModelFileError, "\(message)")
        #expect(message.hasPrefix(change.message), "\(message)")
    }

    /// A number beyond the precision of the training would become an infinity.
    @Test func tensorsOfAnotherPrecisionAreRefused() throws {
        var file = try Safetensors(decoding: Self.good.encoded)
        let old = try #require(file.tensors.first { $0.name == "parameters" })
        file.tensors[0] = .init(
            name: old.name, shape: old.shape, values: .double(Array(repeating: 1e300, count: old.shape[0])))
        #expect(throws: TrainingError.self) { try Self.resume(Checkpoint(decoding: file.encoded())) }
    }

    @Test func filesComeBackAndOthersAreNoCheckpoints() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("lariat-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Self.good.write(to: path)
        #expect(try Checkpoint(contentsOf: path).encoded == Self.good.encoded)
        #expect(try Self.resume(Checkpoint(contentsOf: path)).history.count == 5)
        try FitTests.model.write(to: path)
        let error = #expect(throws: ModelFileError.self) { try Checkpoint(contentsOf: path) }
        #expect(error?.message == "\(path): this is no checkpoint of this version of Lariat")
    }

    // MARK: Other trainings

    @Test func whateverDecidesAStepMustBeTheSame() throws {
        let changes: [(inout Trainer) -> Void] = [
            { $0.objective.loss = .hinge }, { $0.objective.loss = .binaryCrossEntropy(labelSmoothing: 0.1) },
            { $0.objective.penalties = [.l1(1e-3)] }, { $0.objective.penalties = [.l1(1e-3).on(.biases)] },
            { $0.optimizer = .adam() }, { $0.optimizer = .adamW(decay: 0.5) }, { $0.schedule = .constant(0.01) },
            { $0.schedule.rate = 0.02 }, { $0.schedule.warmup = 3 }, { $0.clipping = .byGlobalNorm(1) },
            { $0.batchSize = 15 }, { $0.seed = 4 }, { $0.balancesClasses = true }, { $0.earlyStopping = nil },
            { $0.earlyStopping?.metric = .auc }, { $0.earlyStopping?.patience = 49 },
        ]
        for change in changes {
            var trainer = Self.trainer(epochs: 5)
            change(&trainer)
            Self.expectAnotherTraining { try Self.resume(Self.good, trainer) }
        }
        Self.expectAnotherTraining { try Self.resume(Self.good, validation: 3) }
    }

    @Test func everyLayerMustBeTheSame() throws {
        func network(@NetworkBuilder _ layers: () -> [Layer]) -> Network { Network(inputs: 6, layers: layers) }
        let networks = [
            network {
                Dense(8); BatchNorm(); Tanh(); Dropout(0.1); Dense(1)
            },
            network {
                Dense(8); BatchNorm(); LeakyReLU(slope: 0); Dropout(0.1); Dense(1)
            },
            network {
                Dense(8); BatchNorm(); ReLU(); Dropout(0.2); Dense(1)
            },
            network {
                Dense(8); BatchNorm(); ReLU(); Dense(1)
            },
            network {
                Dense(8); BatchNorm(); Dropout(0.1); ReLU(); Dense(1)
            },
            network {
                Dense(8); BatchNorm(momentum: 0.2); ReLU(); Dropout(0.1); Dense(1)
            },
            network {
                Dense(8); BatchNorm(epsilon: 1e-3); ReLU(); Dropout(0.1); Dense(1)
            },
            network {
                Dense(8); BatchNorm(tracksStatistics: false); ReLU(); Dropout(0.1); Dense(1)
            },
        ]
        for network in networks { Self.expectAnotherTraining { try Self.resume(Self.good, network: network) } }
    }

    private static func resume(_ checkpoint: Checkpoint, network: Network) throws -> Fitted {
        try resume(checkpoint, trainer(epochs: 5), network)
    }

    private static func expectAnotherTraining(_ body: () throws -> Fitted) {
        let error = #expect(throws: TrainingError.self) { try body() }
        #expect(
            error?.description.hasPrefix("the checkpoint belongs to a training with other data, network or settings\n")
                == true, "\(error?.description ?? "no error")")
    }

    /// Two workers instead of one change the last digits, so that the message says it is they.
    @Test func anotherNumberOfWorkersIsNamed() throws {
        func fit(_ workers: Int, _ checkpoint: Checkpoint? = nil) throws -> Checkpoint? {
            var last: Checkpoint?
            var network = Network(inputs: 6) {
                Dense(150); ReLU(); Dense(150); ReLU(); Dense(1)
            }
            var trainer = FitTests.trainer(epochs: checkpoint == nil ? 1 : 2, workers: workers)
            trainer.batchSize = 60
            _ = try trainer.fit(
                &network, on: FitTests.small(), resumingFrom: checkpoint, onCheckpoint: { last = $0 })
            return last
        }
        let one = try fit(1)
        let error = #expect(throws: TrainingError.self) { try fit(2, one) }
        #expect(
            error?.description
                == "the checkpoint was made by 1 worker, and this training has 2\nResume with --workers 1: their number decides the last digits of every step."
        )
    }

    // MARK: More epochs

    /// Whatever the schedule, a training goes on to more epochs; one whose rate does not look at the horizon then gives
    /// the bytes of one that was planned so long.
    @Test(arguments: [
        (Schedule.constant(0.01), true), (.step(0.01, every: 2), true), (.exponential(0.01), true),
        (.plateau(0.01, patience: 1), true), (.stages(0.01), false), (.decay(0.01), false), (.cosine(0.01), false),
        (.oneCycle(peak: 0.01), false),
    ])
    func moreEpochsThanPlanned(schedule: Schedule, isSame: Bool) throws {
        func trainer(_ epochs: Int) -> Trainer {
            var trainer = FitTests.trainer(epochs: epochs)
            trainer.schedule = schedule
            return trainer
        }
        let resumed = try Self.resume(Self.checkpoint(trainer(3)), trainer(6))
        #expect(resumed.history.map(\.epoch) == Array(1...6) && resumed.ending == .completed)
        var network = FitTests.network(Float.self)
        let whole = try trainer(6).fit(
            &network, on: FitTests.small(), validatingOn: FitTests.small(30, seed: 2))
        #expect(try (resumed.model.encoded() == whole.model.encoded()) == isSame)
        #expect((resumed.history == whole.history) == isSame)
    }

    // MARK: Size

    /// Every epoch adds the bytes of its numbers, and nothing of a checkpoint that grows is in its header.
    @Test func aLongHistoryCostsItsNumbers() throws {
        var (sizes, headers, network): ([Int], Set<Int>, _) = ([], [], FitTests.network(Float.self))
        _ = try FitTests.trainer(epochs: 300).fit(
            &network, on: FitTests.small(20), validatingOn: FitTests.small(10, seed: 2),
            onCheckpoint: { checkpoint in
                let bytes = checkpoint.encoded
                sizes.append(bytes.count)
                headers.insert(bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) })
            })
        // rate, loss, validation loss and three metrics, two numbers for each of two dense layers and for the batch
        // normalisation; the header's offsets get a few digits longer.
        let growth = zip(sizes.dropFirst(), sizes).map { $0 - $1 }
        #expect(growth.allSatisfy { (12 * 8 - 64...12 * 8 + 64).contains($0) })
        #expect(sizes.last! - sizes[0] <= 299 * 12 * 8 + 128)
        #expect(headers.max()! < 4096)
    }
}
