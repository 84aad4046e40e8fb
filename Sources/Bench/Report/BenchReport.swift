internal import LinearAlgebra

/// What a bench found: the machine's limits, and a row for each kernel and shape.
package struct BenchReport: Encodable {
    package let machine: MachineSummary
    package let rows: [Row]

    private enum CodingKeys: String, CodingKey {
        case machine
        case rows = "results"
    }

    /// One kernel at one shape: its rates in three forms, and the machine's limit for it.
    package struct Row: Encodable {
        package let kernel, shape: String
        package let precision: Precision
        /// How many workers it ran on.
        package let workers: Int
        /// In `unit`; nil where the naive form would take too long.
        package let naive: Double?
        package let blas, ours: Double
        /// "GFLOP/s" where arithmetic limits the kernel, "GB/s" where memory does.
        package let unit: String
        /// What the machine could reach, in `unit`.
        package let limit: Double

        /// The part of the limit that ours reaches.
        package var share: Double { ours / limit }

        init(_ measured: Measurement, _ roofline: Roofline) {
            let limit = roofline.limit(measured.cost, measured.precision, workers: measured.workers)
            func rate(_ seconds: Double) -> Double { limit.work / seconds / 1e9 }
            (kernel, shape, precision) = (measured.kernel, measured.shape, measured.precision)
            (workers, unit, self.limit) = (measured.workers, limit.unit, limit.rate / 1e9)
            (naive, blas, ours) = (measured.naive.map(rate), rate(measured.blas), rate(measured.ours))
        }

        private enum CodingKeys: CodingKey {
            case kernel, shape, precision, naive, blas, ours, unit, limit, share
        }

        /// `naive` is null, not absent, where it was left out.
        package func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(kernel, forKey: .kernel)
            try values.encode(shape, forKey: .shape)
            try values.encode(precision, forKey: .precision)
            try values.encode(naive, forKey: .naive)
            try values.encode(blas, forKey: .blas)
            try values.encode(ours, forKey: .ours)
            try values.encode(unit, forKey: .unit)
            try values.encode(limit, forKey: .limit)
            try values.encode(share, forKey: .share)
        }
    }
}

/// The machine, what computes on it, and its measured limits.
package struct MachineSummary: Encodable, Sendable {
    /// A limit of one worker and of the whole team.
    package struct Pair: Encodable, Sendable {
        package let oneWorker, team: Double
    }

    /// The peak of fused multiply-adds in GFLOP/s, in each precision.
    package struct Peaks: Encodable, Sendable {
        package let float, double: Pair
    }

    /// The processor's name.
    package let cpu: String
    /// OpenBLAS's version and file.
    package let library: String
    /// The kernel set of OpenBLAS, and the feature level of the library's own loops.
    package let blasKernels, elementKernels: String
    /// The workers of the team.
    package let workers: Int
    package let peakGflops: Peaks
    /// Main memory, in GB/s.
    package let bandwidthGBs: Pair

    init(_ roofline: Roofline) throws {
        let engine = EngineReport.current()
        (cpu, library) = (Machine.processor, "OpenBLAS \(engine.version), \(engine.library)")
        (blasKernels, elementKernels) = (engine.kernelsChosen, engine.elementKernels)
        let (one, team) = (try roofline.teams[1], try roofline.teams[roofline.teams.available])
        workers = team.count
        func pair(_ limit: (WorkerTeam) -> Double) -> Pair {
            Pair(oneWorker: limit(one) / 1e9, team: limit(team) / 1e9)
        }
        peakGflops = Peaks(
            float: pair { roofline.measurePeak(.float, $0) }, double: pair { roofline.measurePeak(.double, $0) })
        bandwidthGBs = pair { roofline.measureMemory($0) }
    }
}
