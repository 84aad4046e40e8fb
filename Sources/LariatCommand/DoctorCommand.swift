internal import ArgumentParser
internal import Lariat

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Which BLAS, which kernels and why, workers, quota, self-test, speed.")

    @Flag(help: "Print one JSON object on stdout.") var json = false
    @Flag(help: "Print no warnings.") var quiet = false

    /// The report with its measurements.
    private struct Diagnosis: Encodable {
        let library, version, config, kernelsFound, kernelsChosen, reason, elementKernels, selfTest: String
        let workers: Int
        let quota: Double?
        let sgemmGflops, peakGflops: Double

        enum CodingKeys: CodingKey {
            case library, version, config, kernelsFound, kernelsChosen, reason, elementKernels, selfTest, workers, quota
            case sgemmGflops, peakGflops
        }

        init(_ report: EngineReport) {
            (library, version, config) = (report.library, report.version, report.config)
            (kernelsFound, kernelsChosen) = (report.kernelsFound, report.kernelsChosen)
            reason = report.reason + (report.isBelowCPU ? "; it is below this CPU's features" : "")
            (elementKernels, selfTest, workers, quota) = (
                report.elementKernels, report.selfTest, report.workers, report.quota
            )
            sgemmGflops = EngineReport.measureSgemmGflops()
            peakGflops = EngineReport.measurePeakGflops()
        }

        /// `quota` is null, not absent, when there is none.
        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(library, forKey: .library)
            try values.encode(version, forKey: .version)
            try values.encode(config, forKey: .config)
            try values.encode(kernelsFound, forKey: .kernelsFound)
            try values.encode(kernelsChosen, forKey: .kernelsChosen)
            try values.encode(reason, forKey: .reason)
            try values.encode(elementKernels, forKey: .elementKernels)
            try values.encode(selfTest, forKey: .selfTest)
            try values.encode(workers, forKey: .workers)
            try values.encode(quota, forKey: .quota)
            try values.encode(sgemmGflops, forKey: .sgemmGflops)
            try values.encode(peakGflops, forKey: .peakGflops)
        }
    }

    func run() throws {
        if !quiet { Console.warnOfKernels() }
        let diagnosis = Diagnosis(EngineReport.current())
        if json {
            try Console.json(diagnosis)
        } else {
            let share = Int((100 * diagnosis.sgemmGflops / diagnosis.peakGflops).rounded())
            let lines = [
                ("library", diagnosis.library), ("version", "OpenBLAS \(diagnosis.version)"),
                ("config", diagnosis.config),
                ("found", diagnosis.kernelsFound), ("in use", diagnosis.kernelsChosen), ("because", diagnosis.reason),
                ("loops", diagnosis.elementKernels), ("workers", "\(diagnosis.workers)"),
                ("quota", diagnosis.quota.map { "\($0) cores" } ?? "none"), ("self-test", diagnosis.selfTest),
                (
                    "sgemm",
                    "\(Int(diagnosis.sgemmGflops.rounded())) GFLOP/s, \(share) % of the \(Int(diagnosis.peakGflops.rounded())) that one core reaches"
                ),
            ]
            try Console.output(lines.map { "\($0.padded(to: 12))\($1)\n" }.joined())
        }
        if diagnosis.selfTest != "passed" {
            throw Failure(
                .failed, "the self-test \(diagnosis.selfTest)\nAnother OpenBLAS, or OPENBLAS_CORETYPE, may help.")
        }
    }
}
