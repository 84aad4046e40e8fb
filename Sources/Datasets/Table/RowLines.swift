/// The line of a file on which each row starts: kept as the rows from which on the distance between the two changes,
/// because blank lines and line ends in quotes are rare.
struct RowLines: Sendable, Equatable {
    private struct Shift: Sendable, Equatable {
        let row, distance: Int
    }

    private var shifts: [Shift] = []
    private var distance = Int.min

    /// Takes in the next row.
    mutating func append(row: Int, line: Int) {
        if line - row == distance { return }
        distance = line - row
        shifts.append(Shift(row: row, distance: distance))
    }

    /// The line of a row; nil when there are no lines.
    func line(ofRow row: Int) -> Int? {
        var (low, high) = (0, shifts.count)
        while low < high {
            let middle = (low + high) / 2
            if shifts[middle].row <= row { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : row + shifts[low - 1].distance
    }
}
