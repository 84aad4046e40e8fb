package import LariatReports

/// The pictures of a bench: every form of a kernel as a share of what the machine could reach.
package struct BenchPlots {
    private let report: BenchReport
    /// The command line that made it.
    private let invocation: String

    package init(_ report: BenchReport, invocation: String) { (self.report, self.invocation) = (report, invocation) }

    /// What `--plot` writes: all rows.
    package var overview: Plot { plot("Share of the machine's limit", report.rows, showsKernels: true) }

    /// What `--report` writes.
    package var document: Report {
        let machine = report.machine
        let kernels = report.rows.reduce(into: [String]()) { if $0.last != $1.kernel { $0.append($1.kernel) } }
        return Report(
            "Kernels on this machine",
            facts: [
                Report.Fact("processor", machine.cpu), Report.Fact("library", machine.library),
                Report.Fact("kernels", "\(machine.blasKernels) of OpenBLAS, loops \(machine.elementKernels)"),
                Report.Fact(
                    "peak",
                    "float \(rates(machine.peakGflops.float, "GFLOP/s")); double \(rates(machine.peakGflops.double, "GFLOP/s"))"
                ),
                Report.Fact("memory", rates(machine.bandwidthGBs, "GB/s")),
            ],
            sections: [
                Report.Section(
                    "Share of the limit",
                    paragraphs: [
                        "Each kernel in three forms: naive loops in Swift on one thread, OpenBLAS with Swift loops around it, and ours, against the measured peak or the measured bandwidth of memory as large as the kernel's."
                    ],
                    plots: kernels.map { kernel in
                        plot(kernel, report.rows.filter { $0.kernel == kernel }, showsKernels: false)
                    }),
                Report.Section("All measurements", tables: [table]),
                Report.Section("How to run it again", listing: invocation),
            ])
    }

    private func rates(_ pair: MachineSummary.Pair, _ unit: String) -> String {
        let one = "\(shortNumber(pair.oneWorker, digits: 3)) \(unit) on one worker"
        let workers = report.machine.workers
        return workers == 1 ? one : one + ", \(shortNumber(pair.team, digits: 3)) on \(workers)"
    }

    private func plot(_ title: String, _ rows: [BenchReport.Row], showsKernels: Bool) -> Plot {
        let names = rows.map {
            (showsKernels ? $0.kernel + " " : "") + $0.shape
                + ($0.precision == .float ? "" : " \($0.precision.rawValue)")
        }
        let forms: [(String, (BenchReport.Row) -> Double?, Tint)] = [
            ("naive", { $0.naive }, .muted), ("blas", { $0.blas }, .series(1)), ("ours", { $0.ours }, .series(0)),
        ]
        let bars: [Mark] = forms.enumerated().map { index, form in
            .bars(
                Bars(
                    form.0, at: .rows, values: rows.map { (form.1($0) ?? .nan) / $0.limit }, tint: form.2,
                    position: index, of: forms.count))
        }
        return Plot(
            title, x: Axis("share of the limit", including: [0]), y: .categories(names, title: "kernel"),
            marks: [.rule(.vertical(at: 1, tint: .muted))] + bars, height: max(50, Double(rows.count) * 26))
    }

    private var table: DataTable {
        DataTable(
            columns: ["kernel", "shape", "type", "workers", "naive", "blas", "ours", "limit", "unit", "share"],
            rows: report.rows.map { row in
                [
                    .text(row.kernel), .text(row.shape), .text(row.precision.rawValue), .count(row.workers),
                    row.naive.map { .number($0) } ?? .empty, .number(row.blas), .number(row.ours), .number(row.limit),
                    .text(row.unit), .number(row.share),
                ]
            })
    }
}
