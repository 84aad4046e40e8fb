extension SparseMatrix {
    /// The matrix [rows × columns] with `values[k]` in row `rowIndices[k]` and column `columnIndices[k]`, in any order;
    /// values of one place are added, in the order given.
    ///
    /// - Throws: ``SparseMatrixError`` with the position of an index that is outside the matrix, or of a value that is NaN or
    ///   infinite.
    public init(
        rows: Int, columns: Int, rowIndices: [Int], columnIndices: [Int], values: [Scalar]
    ) throws(SparseMatrixError) {
        if rows < 0 || columns < 0 || rows > Int(Int32.max) || columns > Int(Int32.max) {
            throw SparseMatrixError("a sparse matrix cannot be [\(rows) × \(columns)]")
        }
        if rowIndices.count != values.count || columnIndices.count != values.count {
            throw SparseMatrixError(
                "\(rowIndices.count) rows and \(columnIndices.count) columns do not fit \(values.count) values")
        }
        for k in values.indices {
            let (i, j) = (rowIndices[k], columnIndices[k])
            if i < 0 || i >= rows || j < 0 || j >= columns || !values[k].isFinite {
                throw SparseMatrixError(
                    "triplet \(k), \(values[k]) in row \(i) and column \(j), does not fit [\(rows) × \(columns)]")
            }
        }
        // Sorted by row first; the step to columns keeps that order.
        var starts = Self.starts(of: rowIndices.lazy.map { $0 }, count: rows)
        let ends = starts
        var (columnsByRow, valuesByRow) = ([Int32](repeating: 0, count: values.count), values)
        for k in values.indices {
            let place = starts[rowIndices[k]]
            starts[rowIndices[k]] += 1
            columnsByRow[place] = Int32(columnIndices[k])
            valuesByRow[place] = values[k]
        }
        self = Self(rowStarts: ends, columnIndices: columnsByRow, values: valuesByRow, columns: columns, firstColumn: 0)
            .addingRepeated()
    }

    /// The matrix with compressed rows: row i has `values[k]` in column `columnIndices[k] − firstColumn` for
    /// k in rowStarts[i] ..< rowStarts[i + 1].
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    package init(rowStarts: [Int], columnIndices: [Int32], values: [Scalar], columns: Int, firstColumn: Int32) {
        let starts = Self.starts(of: columnIndices.lazy.map { Int($0 - firstColumn) }, count: columns)
        var next = starts
        let count = values.count
        var rowIndices: [Int32] = []
        let sorted = [Scalar](unsafeUninitializedCapacity: count) { sorted, initialized in
            rowIndices = [Int32](unsafeUninitializedCapacity: count) { places, placed in
                next.withUnsafeMutableBufferPointer { next in
                    for row in 0..<(rowStarts.count - 1) {
                        for k in rowStarts[row]..<rowStarts[row + 1] {
                            let column = Int(columnIndices[k] - firstColumn)
                            sorted[next[column]] = values[k]
                            places[next[column]] = Int32(truncatingIfNeeded: row)
                            next[column] &+= 1
                        }
                    }
                }
                placed = count
            }
            initialized = count
        }
        self.init(unchecked: rowStarts.count - 1, starts, rowIndices, sorted)
    }

    /// Where each of `count` buckets starts, and the end of the last.
    private static func starts(of buckets: some Sequence<Int>, count: Int) -> [Int] {
        var starts = [Int](repeating: 0, count: count + 1)
        for bucket in buckets { starts[bucket + 1] += 1 }
        for bucket in 0..<count { starts[bucket + 1] += starts[bucket] }
        return starts
    }

    /// The same matrix with one element for each place: neighbours in the same row are added.
    private func addingRepeated() -> SparseMatrix {
        var (starts, places, sums) = ([0], [Int32](), [Scalar]())
        for column in 0..<columns {
            for index in columnStarts[column]..<columnStarts[column + 1] {
                if places.count > starts[column], places.last == rowIndices[index] {
                    sums[sums.count - 1] += values[index]
                } else {
                    places.append(rowIndices[index])
                    sums.append(values[index])
                }
            }
            starts.append(places.count)
        }
        return Self(unchecked: rows, starts, places, sums)
    }
}

extension SparseMatrix {
    /// The elements of a dense matrix that are not zero.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public init(_ dense: ColumnMatrix<Scalar>) {
        var (starts, places, values) = ([0], [Int32](), [Scalar]())
        for column in 0..<dense.columns {
            dense.withColumn(column) { x in
                for row in x.indices where x[row] != 0 {
                    places.append(Int32(row))
                    values.append(x[row])
                }
            }
            starts.append(places.count)
        }
        self.init(unchecked: dense.rows, starts, places, values)
    }

    /// The elements of a dense matrix that are not zero.
    public init(_ dense: Matrix<Scalar>) { self.init(ColumnMatrix(dense)) }

    /// The given rows, in the given order (a row may occur more than once).
    ///
    /// - Precondition: every index is in 0 ..< ``rows``.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func selecting(rows indices: [Int]) -> SparseMatrix {
        for index in indices { precondition(index >= 0 && index < rows, "row \(index) is outside 0 ..< \(rows)") }
        // Row i goes to the places targets[firsts[i] ..< firsts[i + 1]].
        let firsts = Self.starts(of: indices, count: rows)
        var (next, targets) = (firsts, [Int](repeating: 0, count: indices.count))
        for (place, row) in indices.enumerated() {
            targets[next[row]] = place
            next[row] += 1
        }
        let isAscending = zip(indices, indices.dropFirst()).allSatisfy { $0 <= $1 }
        var (starts, column) = ([0], [(row: Int32, value: Scalar)]())
        var (places, chosen) = ([Int32](), [Scalar]())
        for j in 0..<columns {
            column.removeAll(keepingCapacity: true)
            for index in columnStarts[j]..<columnStarts[j + 1] {
                let row = Int(rowIndices[index])
                for k in firsts[row]..<firsts[row + 1] { column.append((Int32(targets[k]), values[index])) }
            }
            if !isAscending { column.sort { $0.row < $1.row } }
            for element in column {
                places.append(element.row)
                chosen.append(element.value)
            }
            starts.append(places.count)
        }
        return Self(unchecked: indices.count, starts, places, chosen)
    }
}

extension ColumnMatrix {
    /// The numbers of a sparse matrix, zeros between them.
    public init(_ sparse: SparseMatrix<Scalar>) {
        self.init(rows: sparse.rows, columns: sparse.columns)
        for column in 0..<sparse.columns {
            withMutableColumn(column) { x in
                for index in sparse.columnStarts[column]..<sparse.columnStarts[column + 1] {
                    x[Int(sparse.rowIndices[index])] = sparse.values[index]
                }
            }
        }
    }
}

extension Matrix {
    /// The numbers of a sparse matrix, zeros between them.
    public init(_ sparse: SparseMatrix<Scalar>) {
        self.init(rows: sparse.rows, columns: sparse.columns)
        withMutableView { x in
            for column in 0..<sparse.columns {
                for index in sparse.columnStarts[column]..<sparse.columnStarts[column + 1] {
                    x[Int(sparse.rowIndices[index]), column] = sparse.values[index]
                }
            }
        }
    }
}
