internal import LinearAlgebra

/// Takes in the lines of an svmlight file.
struct SVMLightReader: ~Copyable {
    private var lines: LineReader
    private let numbering: SVMLight.Numbering
    private let featureCount: Int?
    private var rows: SVMLightRows

    init(_ lines: consuming LineReader, _ numbering: SVMLight.Numbering, _ featureCount: Int?) {
        self.lines = lines
        (self.numbering, self.featureCount) = (numbering, featureCount)
        rows = SVMLightRows(mayCountFromZero: numbering != .fromOne)
    }

    var labels: [Double] { rows.labels }

    var countsFromZero: Bool { numbering == .fromZero || (numbering == .automatic && rows.smallest == 0) }

    var warnings: [String] {
        var result: [String] = []
        if let line = rows.queryLine {
            result.append("\(lines.name), line \(line): query ids are read over; rows are taken one by one")
        }
        if !labels.isEmpty && lines.endsOpen {
            result.append("\(lines.name), line \(lines.line): the last line has no line end; was the file cut?")
        }
        return result
    }

    mutating func readAll() throws(DataError) {
        while try lines.next() {
            let line = lines.line
            let fault = lines.withLine(&rows) { $0.append($1, line: line) }
            if let fault {
                throw DataError(
                    "\(lines.name), line \(line), column \(fault.column): \(fault.what)", hint: fault.hint)
            }
        }
        if labels.isEmpty {
            throw DataError(
                "\(lines.name) has no rows", hint: "A row is a line 'label index:value index:value …'.")
        }
    }

    /// The rows as a matrix.
    func matrix() throws(DataError) -> SparseMatrix<Double> {
        let first = countsFromZero ? 0 : 1
        let needed = max(rows.largest - first + 1, 0)
        if let featureCount, needed > featureCount {
            let place = "\(lines.name), line \(rows.largestPlace.line), column \(rows.largestPlace.column)"
            throw DataError(
                "\(place): feature \(rows.largest) is beyond the \(featureCount) that there are",
                hint: countsFromZero ? "Features count from 0 here: the last is \(featureCount - 1)." : nil)
        }
        return SparseMatrix(
            rowStarts: rows.starts, columnIndices: rows.indices, values: rows.values,
            columns: featureCount ?? needed, firstColumn: Int32(first))
    }
}
