internal import ArgumentParser
internal import LariatBench

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Kernels on this machine: naive Swift, BLAS and ours, against the measured limits.",
        discussion:
            "Takes about a minute, on a machine that does nothing else. All three must agree before any is timed.")

    @Option(parsing: .unconditional, help: "Workers of the team (default: what the machine offers).") var workers: Int?
    @Option(help: "Write a report with pictures to this HTML file; - is standard output.") var report: String?
    @Option(help: "Draw every kernel's share of the machine's limit into this SVG file; - is standard output.")
    var plot: String?
    @Flag(help: "Print one JSON object on stdout.") var json = false
    @Flag(help: "Show no progress.") var quiet = false

    func run() throws {
        if let workers, workers < 1 || workers > 64 {
            throw Failure(.usage, "there can be 1 to 64 workers, not \(workers)")
        }
        let files = ReportFiles(report: report, plot: plot)
        try FileUse.check(files.uses + (json ? [.writes("the result of --json", "-")] : []))
        if !quiet { Console.warnOfKernels() }
        if !quiet, let warning = Bench.warningOfLoad { Console.error("warning: \(warning)") }
        let isBar = Console.isInteractive
        var last = ""
        let result = try Bench(workers: workers).run { progress in
            if quiet { return }
            if isBar { Console.status("\r\(progress.step)/\(progress.steps) \(progress.title)\u{1B}[K") }
            // Elsewhere than on a terminal one line a kernel, and not one a row.
            if !isBar && progress.kernel != last { Console.error("measuring \(progress.kernel)") }
            last = progress.kernel
        }
        if !quiet && isBar { Console.status("\r\u{1B}[K") }
        let pictures = BenchPlots(result, invocation: Invocation.text)
        try files.write(report: { pictures.document }, plot: { pictures.overview })
        if json { return try Console.json(result) }
        if files.takesOutput { return Console.status(BenchTable(result).text) }
        try Console.output(BenchTable(result, isColoured: Console.outputIsInteractive).text)
    }
}
