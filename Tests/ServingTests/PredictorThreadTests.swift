import Foundation
import Lariat
import LariatTestSupport
import LinearAlgebra
import Synchronization
import Testing

/// One predictor under many threads. These run under the thread sanitizer too.
@Suite("PredictorThreads")
struct PredictorThreadTests {
    /// Enough work from 120 rows on for batches to be shared.
    static let described = TestModel(
        "", inputs: 300, [.dense(Dense(300)), .batchNorm(BatchNorm()), .activation(.relu), .dense(Dense(10))])

    /// Each task has rows of its own: an answer that went to another would show.
    @Test(arguments: [1, 5, 20, 150])
    func sixtyFourTasksGetTheirOwnAnswers(rows: Int) async throws {
        let predictor = try Predictor(try Self.described.model(Float.self))
        let wrong = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<64 {
                group.addTask {
                    let x = Self.described.rows(rows, Float.self, seed: UInt64(task))
                    let expected = try predictor.predictions(x)
                    for _ in 0..<10 where try predictor.predictions(x) != expected { wrong.increment() }
                }
            }
            try await group.waitForAll()
        }
        #expect(wrong.value.load(ordering: .relaxed) == 0)
    }

    /// More threads than there are places for their scratch, with batches of all kinds.
    @Test func moreThreadsThanPlaces() throws {
        let model = try Self.described.model(Float.self)
        let predictor = try Predictor(model)
        let (done, wrong) = (DispatchSemaphore(value: 0), Counter())
        let threads = 80
        for thread in 0..<threads {
            Thread.detachNewThread {
                for rows in [1, 3, 40, 140, 1] {
                    let x = Self.described.rows(rows, Float.self, seed: UInt64(thread))
                    let y = try? predictor.predictions(x).elements
                    let expected = try? model.predict(x).values.elements
                    guard let y, let expected, relativeDifference(y, expected) < 1e-5 else {
                        wrong.increment()
                        continue
                    }
                }
                done.signal()
            }
        }
        for _ in 0..<threads { #expect(done.wait(timeout: .now() + 120) == .success) }
        #expect(wrong.value.load(ordering: .relaxed) == 0)
    }

    /// A crew is one caller's at a time; everyone's pieces are done once each.
    @Test func aCrewDoesEveryPieceOnce() {
        let (done, wrong) = (DispatchSemaphore(value: 0), Counter())
        for _ in 0..<4 {
            Thread.detachNewThread {
                for round in 1...300 {
                    let pieces = Pieces(count: round % 17)
                    HelperCrew.shared.share(pieces)
                    if !pieces.isDone { wrong.increment() }
                }
                done.signal()
            }
        }
        for _ in 0..<4 { #expect(done.wait(timeout: .now() + 120) == .success) }
        #expect(wrong.value.load(ordering: .relaxed) == 0)
    }

    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
        func increment() { value.add(1, ordering: .relaxed) }
    }

    /// `@unchecked Sendable`: each place of `marks` is written by whoever has drawn its number.
    private final class Pieces: SharedWork, @unchecked Sendable {
        private let next = Atomic<Int>(0)
        private let marks: UnsafeMutableBufferPointer<Int>

        init(count: Int) {
            marks = .allocate(capacity: count)
            marks.initialize(repeating: 0)
        }

        deinit { marks.deallocate() }

        func takePart(asCaller: Bool) {
            while true {
                let piece = next.add(1, ordering: .relaxed).oldValue
                if piece >= marks.count { return }
                marks[piece] += 1
            }
        }

        var isDone: Bool { marks.allSatisfy { $0 == 1 } }
    }
}
