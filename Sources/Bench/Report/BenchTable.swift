internal import Foundation

/// A bench's report as an aligned table, with a bar a row that shows the share of the limit.
package struct BenchTable {
    private let report: BenchReport
    private let isColoured: Bool

    /// - Parameter isColoured: for a terminal: the bars are green, yellow or red.
    package init(_ report: BenchReport, isColoured: Bool = false) {
        (self.report, self.isColoured) = (report, isColoured)
    }

    /// The whole text, with a line end.
    package var text: String {
        let rows = report.rows.map(cells)
        let widths = Self.headings.indices.map { column in
            ([Self.headings[column].title] + rows.map { $0[column] }).reduce(0) { max($0, $1.count) }
        }
        var lines = heading + ["", line(Self.headings.map(\.title), widths)]
        for (row, cells) in zip(report.rows, rows) { lines.append(line(cells, widths, colour: colour(row.share))) }
        return (lines + ["", Self.legend]).map { $0 + "\n" }.joined()
    }

    private var heading: [String] {
        let (machine, peaks) = (report.machine, report.machine.peakGflops)
        func pair(_ pair: MachineSummary.Pair, _ unit: String) -> String {
            let team = machine.workers == 1 ? "" : ", on \(machine.workers) \(number(pair.team))"
            return "\(number(pair.oneWorker)) \(unit) on one worker\(team)"
        }
        return [
            "processor   \(machine.cpu)", "library     \(machine.library)",
            "kernels     \(machine.blasKernels) of OpenBLAS, loops \(machine.elementKernels)",
            "peak        float \(pair(peaks.float, "GFLOP/s")); double \(pair(peaks.double, "GFLOP/s"))",
            "memory      \(pair(machine.bandwidthGBs, "GB/s"))",
        ]
    }

    private static let headings: [(title: String, isNumber: Bool)] = [
        ("kernel", false), ("shape", false), ("type", false), ("workers", true), ("naive", true), ("blas", true),
        ("ours", true), ("limit", true), ("unit", false), ("share", true), ("", false), ("to naive", true),
        ("to blas", true),
    ]

    private static let barColumn = 10

    private static let legend = """
        naive: loops in Swift, one thread; blas: OpenBLAS on as many threads as workers, Swift loops around it;
        limit: the measured peak, or the measured bandwidth of memory as large as the kernel's; share: ours of it.
        """

    private func cells(_ row: BenchReport.Row) -> [String] {
        [
            row.kernel, row.shape, row.precision.rawValue, "\(row.workers)", row.naive.map(number) ?? "-",
            number(row.blas), number(row.ours), number(row.limit), row.unit,
            "\(Int((100 * row.share).rounded())) %", bar(row.share),
            row.naive.map { "×" + number(row.ours / $0) } ?? "-", "×" + number(row.ours / row.blas),
        ]
    }

    private func line(_ cells: [String], _ widths: [Int], colour: String? = nil) -> String {
        let padded = cells.indices.map { column in
            let space = String(repeating: " ", count: widths[column] - cells[column].count)
            let cell = Self.headings[column].isNumber ? space + cells[column] : cells[column] + space
            if let colour, column == Self.barColumn { return "\u{1B}[\(colour)m\(cell)\u{1B}[0m" }
            return cell
        }
        return padded.joined(separator: "  ")
    }

    /// Ten cells in eighths.
    private func bar(_ share: Double) -> String {
        let eighths = Int((80 * min(max(share, 0), 1)).rounded())
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        let bar = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
        return bar + String(repeating: "░", count: 10 - bar.count)
    }

    private func colour(_ share: Double) -> String? {
        isColoured ? (share >= 0.75 ? "32" : share >= 0.4 ? "33" : "31") : nil
    }

    /// Three digits.
    private func number(_ value: Double) -> String {
        String(format: value >= 99.95 ? "%.0f" : value >= 9.995 ? "%.1f" : "%.2f", value)
    }
}
