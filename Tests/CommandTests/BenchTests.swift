import Foundation
import Lariat
import LariatBench
import Testing

/// What `lariat bench` measures, on shapes that take no time; no test looks at a time.
@Suite("Bench")
struct BenchTests {
    /// A run of the small ladder. `longestNaive` 0 leaves every naive form out.
    static func report(longestNaive: Double = 1, workers: Int = 2) throws -> BenchReport {
        try Bench(.small, workers: workers, budget: 1e-3, longestNaive: longestNaive, largestBuffer: 1 << 20).run()
    }

    /// Every kernel in its three forms, ours alone and shared by a team of whom some have nothing to do.
    @Test(arguments: [1, 2, 13])
    func theFormsOfEveryKernelAgree(workers: Int) throws {
        let team = try WorkerTeam(workers: workers)
        for rung in Ladder.small.rungs {
            let contest = try rung(workers)
            for form in Form.allCases { try contest.prove(form, on: team) }
            try KernelDisagreement.check(contest, Form.allCases)
        }
    }

    @Test func theLadderHasEveryKernelOfTheIssue() throws {
        let kernels: Set = [
            "gemm", "gemv", "dense forward", "dense on panels", "dense backward", "batch-norm forward",
            "batch-norm backward", "softmax", "momentum", "adamw", "training step",
        ]
        #expect(Set(try Self.report().rows.map(\.kernel)) == kernels)
    }

    @Test(arguments: [0.0, 1])
    func encodesAsTheContractSays(longestNaive: Double) throws {
        let report = try Self.report(longestNaive: longestNaive)
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any]
        #expect(object?.keys.sorted() == ["machine", "results"])
        let machine = object?["machine"] as? [String: Any]
        #expect(
            machine?.keys.sorted() == [
                "bandwidthGBs", "blasKernels", "cpu", "elementKernels", "library", "peakGflops", "workers",
            ])
        #expect(machine?["workers"] as? Int == 2)
        let results = try #require(object?["results"] as? [[String: Any]])
        #expect(results.count == Ladder.small.rungs.count)
        for result in results {
            #expect(
                result.keys.sorted() == [
                    "blas", "kernel", "limit", "naive", "ours", "precision", "shape", "share", "unit",
                ])
            let rates = ["blas", "ours", "limit"].map { result[$0] as? Double ?? 0 }
            #expect(rates.allSatisfy { $0 > 0 && $0.isFinite })
            #expect(result["naive"] is NSNull == (longestNaive == 0))
            #expect(["GFLOP/s", "GB/s"].contains(result["unit"] as? String))
            #expect(["float", "double"].contains(result["precision"] as? String))
            // What was reached could be reached: a share is at most 1.
            #expect((result["share"] as? Double ?? 2) <= 1 + 1e-12)
        }
    }

    @Test func theTableIsAlignedAndColouredOnlyOnATerminal() throws {
        let report = try Self.report(longestNaive: 0)
        let lines = BenchTable(report).text.components(separatedBy: "\n")
        let start = try #require(lines.firstIndex { $0.hasPrefix("kernel  ") })
        let rows = lines[(start + 1)..<(start + 1 + report.rows.count)]
        #expect(Set(rows.map(\.count)) == [lines[start].count])
        for (row, line) in zip(report.rows, rows) {
            #expect(line.hasPrefix(row.kernel) && line.contains(row.shape))
            #expect(line.filter { "█▉▊▋▌▍▎▏░".contains($0) }.count == 10)
            #expect(line.split(separator: " ").filter { $0 == "-" }.count == 2)  // no naive rate, no speed-up to it
        }
        #expect(!lines.joined().contains("\u{1B}"))
        let coloured = BenchTable(report, isColoured: true).text
        #expect(coloured.components(separatedBy: "\u{1B}[0m").count == report.rows.count + 1)
    }

    @Test func progressNamesEveryRow() throws {
        var steps: [Int] = []
        _ = try Bench(.small, workers: 1, budget: 1e-3, largestBuffer: 1 << 20).run { progress in
            steps.append(progress.step)
            #expect(progress.steps == Ladder.small.rungs.count + 1 && progress.title.hasPrefix(progress.kernel))
        }
        #expect(steps == Array(1...(Ladder.small.rungs.count + 1)))
    }

    /// A kernel whose forms differ is named, and nothing is timed.
    @Test(arguments: [1e-3, .nan])
    func aDisagreementEndsTheBench(error: Double) throws {
        var timed = false
        let ladder = Ladder([{ _ in WrongContest(error: error) { timed = true } }])
        let failure = #expect(throws: KernelDisagreement.self) { try Bench(ladder, workers: 1, budget: 1e-3).run() }
        let description = try #require(failure?.description)
        #expect(description.hasPrefix("sum 2 double: the total of naive and ours differ by "))
        #expect(description.split(separator: "\n").count == 2 && !timed)
    }

    /// A difference of one part in a thousand, where one in a million is allowed by each kind of bound.
    @Test(arguments: [Bound.exact, .elementwise(absolute: 1e-6), .elementwise(relative: 1e-6), .norm(relative: 1e-6)])
    func everyBoundTellsADifference(bound: Bound) {
        #expect(throws: KernelDisagreement.self) {
            try KernelDisagreement.check(WrongContest(error: 1e-3, bound), Form.allCases)
        }
        #expect(throws: Never.self) { try KernelDisagreement.check(WrongContest(error: 0, bound), Form.allCases) }
    }
}

/// A kernel that ours gets wrong by `error`.
private final class WrongContest: Contest {
    let kernel = "sum", shape = "2", precision = Precision.double
    let cost = Cost(Double.self, flops: 1, reads: 2, writes: 1)
    let outputs: [Output]
    private let onTimed: () -> Void

    init(error: Double, _ bound: Bound = .elementwise(relative: 1e-6), onTimed: @escaping () -> Void = {}) {
        outputs = [Output("total", count: 2, bound) { form, _ in form == .ours ? 1 + error : 1 }]
        self.onTimed = onTimed
    }

    func run(_ form: Form, on team: WorkerTeam) {}

    func seconds(_ form: Form, on team: WorkerTeam, within budget: Double) -> Double {
        onTimed()
        return 1
    }
}
