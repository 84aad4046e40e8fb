import Lariat
import LariatTestSupport
import Testing

/// Training on threads of its own: cancellation, the event sequence, fits and predictions at once. These run under
/// the thread sanitizer too.
@Suite("Asynchronous fitting")
struct AsyncFitTests {
    /// Long enough that only a stop ends it.
    static func endless() -> Trainer { FitTests.trainer(epochs: 1_000_000) }

    @Test func givesTheBytesOfTheSynchronousFit() async throws {
        let data = try FitTests.small()
        var network = FitTests.network(Float.self)
        let fitted = try await FitTests.trainer().fit(&network, on: data)
        #expect(try fitted.model.encoded() == Self.synchronous(data, FitTests.trainer()).model.encoded())
        guard case .float(let trained) = fitted.model.body else { throw TrainingError.data("not in Float") }
        #expect(network.parameters.elements == trained.parameters.elements)
    }

    @Test func cancellingTheTaskKeepsTheBestWeights() async throws {
        let (data, held) = (try FitTests.small(), try FitTests.small(30, seed: 2))
        let run = try Self.endless().start(FitTests.network(Float.self), on: data, validatingOn: held)
        let waiting = Task { try await run.fitted }
        for await event in run.events {
            if case .epoch(let record) = event, record.epoch >= 3 { waiting.cancel() }
        }
        let fitted = try await waiting.value
        #expect(fitted.ending == .interrupted)
        #expect(fitted.history.count >= 3)
        let best = fitted.history.min { $0.validationLoss! < $1.validationLoss! }!
        #expect(fitted.validation!.dictionary == best.validation)
    }

    /// The signal that a cancellation sets ends a fit with the step that it is in, wherever in an epoch that is.
    @Test(arguments: [1, 2, 4, 5, 7, 13])
    func aStopEndsWithItsStep(last: Int) throws {
        let (data, stop) = (try FitTests.small(), StopSignal())
        var network = FitTests.network(Float.self)
        var steps = 0
        let fitted = try Self.endless().fit(&network, on: data, stop: stop) { event in
            guard case .step = event else { return }
            steps += 1
            if steps == last { stop.set() }
        }
        #expect(steps == last)
        #expect(fitted.ending == .interrupted)
    }

    @Test func cancellingBeforeTheFirstStepStillEnds() async throws {
        let data = try FitTests.small()
        let task = Task {
            var network = FitTests.network(Float.self)
            return try await Self.endless().fit(&network, on: data).ending
        }
        task.cancel()
        #expect(try await task.value == .interrupted)
    }

    @Test func aSlowReaderMissesTheOldestEvents() async throws {
        let data = try FitTests.small()
        let run = try FitTests.trainer(epochs: 20).start(FitTests.network(Float.self), on: data, buffering: 3)
        let fitted = try await run.fitted
        var events: [TrainingEvent] = []
        for await event in run.events { events.append(event) }
        #expect(events.count == 3)
        #expect(events.last == .epoch(fitted.history.last!))
    }

    @Test func aReaderThatKeepsUpSeesEveryEventInOrder() async throws {
        let data = try FitTests.small()
        let run = try FitTests.trainer(epochs: 4).start(FitTests.network(Float.self), on: data, buffering: 1000)
        var (steps, epochs): ([StepRecord], [EpochRecord]) = ([], [])
        for await event in run.events {
            switch event {
            case .step(let record): steps.append(record)
            case .epoch(let record): epochs.append(record)
            }
        }
        #expect(try await run.fitted.history == epochs)
        #expect(steps.map(\.step) == Array(repeating: [1, 2, 3, 4], count: 4).flatMap { $0 })
        #expect(steps.map(\.samples).last == 240)
    }

    @Test func aRunThatNobodyHoldsStops() async throws {
        let data = try FitTests.small()
        let stop = StopSignal()
        let events: AsyncStream<TrainingEvent>
        do {
            let run = try Self.endless().start(FitTests.network(Float.self), on: data, stop: stop)
            events = run.events
        }
        for await _ in events {}  // ends
        #expect(stop.isSet)
    }

    @Test func errorsReachTheWaitingTask() async throws {
        let data = try FitTests.small()
        var trainer = FitTests.trainer()
        trainer.epochs = 0
        let run = try trainer.start(FitTests.network(Float.self), on: data)
        await #expect(throws: TrainingError.self) { try await run.fitted }
        await #expect(throws: TrainingError.self) { try await run.fitted }  // and again
    }

    /// More fits than the machine has cores, and predictions from as many tasks, as if each were alone.
    @Test func fitsAndPredictionsShareNothing() async throws {
        let data = try FitTests.small(80)
        let seeds = Array(UInt64(1)...6)
        func trainer(_ seed: UInt64) -> Trainer {
            var trainer = FitTests.trainer(workers: 2)
            trainer.seed = seed
            return trainer
        }
        let alone = try seeds.map { try Self.synchronous(data, trainer($0)).model }
        let bytes = try alone.map { try $0.encoded() }
        let answers = try alone.map { try $0.predict(data.features).values.elements }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for (index, seed) in seeds.enumerated() {
                group.addTask {
                    var network = FitTests.network(Float.self)
                    return try await trainer(seed).fit(&network, on: data).model.encoded() == bytes[index]
                }
                group.addTask {
                    for _ in 0..<20 where try alone[index].predict(data.features).values.elements != answers[index] {
                        return false
                    }
                    return true
                }
            }
            for try await same in group { #expect(same) }
        }
    }

    /// Steps large enough that two workers share each, several trainings at once.
    @Test func fitsOfTwoWorkersEachShareNothing() async throws {
        let data = try FitTests.small(80)
        @Sendable func fit(_ seed: UInt64) throws -> Model {
            var network = Network(inputs: 6, seed: seed) {
                Dense(150); BatchNorm(); ReLU(); Dropout(0.1); Dense(150); BatchNorm(); SiLU(); Dense(1)
            }
            var trainer = FitTests.trainer(epochs: 2, workers: 2)
            (trainer.seed, trainer.batchSize, trainer.clipping) = (seed, 80, .byGlobalNorm(1))
            trainer.objective.penalties = [.l1(1e-3), .maxNorm(3)]
            return try trainer.fit(&network, on: data).model
        }
        let alone = try (UInt64(1)...3).map(fit)
        #expect(alone.allSatisfy { $0.card.workers == 2 })
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for (index, model) in alone.enumerated() {
                let bytes = try model.encoded()
                group.addTask { try fit(UInt64(index + 1)).encoded() == bytes }
            }
            for try await same in group { #expect(same) }
        }
    }

    private static func synchronous(_ data: Dataset, _ trainer: Trainer) throws -> Fitted {
        var network = FitTests.network(Float.self)
        return try trainer.fit(&network, on: data)
    }
}
