internal import Glibc
internal import LinearAlgebra

/// Measures every kernel of a ladder in its three forms, after checking that they agree.
///
/// A row's forms run on the same number of workers, by the rule of its shape: ours on the library's team, BLAS on as many
/// threads of OpenBLAS's own, around which its Swift loops, like the naive ones, have one.
package struct Bench {
    private let ladder: Ladder
    private let workers: Int
    /// Seconds for each form of a row, and for each limit of the machine.
    private let budget: Double
    /// What a naive run may take.
    private let longestNaive: Double
    /// The bytes of the largest buffer that main memory is measured with.
    private let largestBuffer: Int

    /// - Parameter workers: workers of the team; nil: what the machine offers.
    package init(
        _ ladder: Ladder = .full, workers: Int? = nil, budget: Double = 0.2, longestNaive: Double = 0.3,
        largestBuffer: Int = 1 << 30
    ) {
        (self.ladder, self.workers) = (ladder, workers ?? Machine.workers)
        (self.budget, self.longestNaive, self.largestBuffer) = (budget, longestNaive, largestBuffer)
    }

    /// What to tell before a run on a machine that others use, or nil.
    package static var warningOfLoad: String? {
        var load = 0.0
        guard getloadavg(&load, 1) == 1, load > 0.5 * Double(Machine.cores) else { return nil }
        let rounded = (10 * load).rounded() / 10
        return "other programs run here (a load of \(rounded) on \(Machine.cores) cores): the rates will be too low"
    }

    /// Runs the ladder. `onProgress` is told what is measured next.
    ///
    /// - Throws: ``KernelDisagreement`` naming the kernel.
    package func run(onProgress: (BenchProgress) -> Void = { _ in }) throws -> BenchReport {
        let steps = ladder.rungs.count + 1
        let roofline = Roofline(Teams(available: workers), budget: budget, largestBuffer: largestBuffer)
        let naiveRate = naiveFlops(try roofline.teams[1])
        var measurements: [Measurement] = []
        for (index, rung) in ladder.rungs.enumerated() {
            let contest = try rung(workers)
            onProgress(BenchProgress(step: index + 1, steps: steps, kernel: contest.kernel, title: contest.title))
            measurements.append(try measure(contest, roofline, naiveRate))
        }
        let limits = "the limits of this machine"
        onProgress(BenchProgress(step: steps, steps: steps, kernel: limits, title: limits))
        // The limits of the rows come last, when all that was learnt of the machine is known.
        let machine = try MachineSummary(roofline)
        return BenchReport(machine: machine, rows: measurements.map { BenchReport.Row($0, roofline) })
    }

    private func measure(
        _ contest: any Contest, _ roofline: Roofline, _ naiveRate: Double
    ) throws -> Measurement {
        let team = try roofline.teams[contest.workers(of: workers)]
        let forms = Form.allCases.filter { $0 != .naive || contest.cost.flops / naiveRate <= longestNaive }
        roofline.measure(for: contest.cost, contest.precision, team)
        for form in forms where form != .blas { try contest.prove(form, on: team) }
        // OpenBLAS's threads spin after their last call, so that BLAS is measured right behind its proof, and the others
        // when they sleep.
        let blas = try BLASEngine.withOwnThreads(team.count) {
            try contest.prove(.blas, on: team)
            try KernelDisagreement.check(contest, forms)
            return try contest.seconds(.blas, on: team, within: budget)
        }
        if team.count > 1 { usleep(120_000) }
        let ours = try contest.seconds(.ours, on: team, within: budget)
        let naive = forms.contains(.naive) ? try contest.seconds(.naive, on: team, within: budget) : nil
        roofline.measure(for: contest.cost, contest.precision, team)
        roofline.observe(
            contest.cost, contest.precision, workers: team.count, seconds: min(blas, ours, naive ?? .infinity))
        return Measurement(
            kernel: contest.kernel, shape: contest.shape, precision: contest.precision, cost: contest.cost,
            workers: team.count, naive: naive, blas: blas, ours: ours)
    }

    /// Operations a second of a naive product, from which the time of longer ones is told in advance.
    private func naiveFlops(_ team: WorkerTeam) -> Double {
        let contest = GemmContest<Float>(128, 128, 128)
        return contest.cost.flops / Stopwatch.median(within: budget / 4) { contest.run(.naive, on: team) }
    }
}

/// What a bench measures next.
package struct BenchProgress: Sendable {
    /// Counted from 1.
    package let step, steps: Int
    package let kernel: String
    /// "gemm 64×64×64 float"
    package let title: String
}

/// The seconds that the forms of one contest took.
struct Measurement {
    let kernel, shape: String
    let precision: Precision
    let cost: Cost
    let workers: Int
    let naive: Double?
    let blas, ours: Double
}
