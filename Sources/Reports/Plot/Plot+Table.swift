extension Plot {
    /// The values of the plot as a table: a column for each curve where all have the same x, else a row for each point;
    /// bars at the same places side by side. Contours and rules have no values of their own.
    public var table: DataTable {
        var xs: [[Double]] = []
        var hasPoints = false
        for mark in marks {
            switch mark {
            case .line(let line): xs.append(line.x)
            case .band(let band): xs.append(band.x)
            case .points, .region: hasPoints = true
            case .bars, .heatMap, .contours, .rule: break
            }
        }
        let isShared = !hasPoints && xs.allSatisfy { $0 == xs[0] }
        let curves = isShared ? xs.first.map { [wideTable(over: $0)] } ?? [] : [longTable]
        return Self.merged(
            curves
                + marks.compactMap { mark in
                    switch mark {
                    case .bars(let bars): table(of: bars)
                    case .heatMap(let map): table(of: map)
                    case .line, .band, .points, .region, .contours, .rule: nil
                    }
                })
    }

    /// A row for each x, a column for each curve.
    private func wideTable(over shared: [Double]) -> DataTable {
        var columns = [(title: x.title, values: cells(shared, of: x))]
        for mark in marks {
            switch mark {
            case .line(let line): columns.append((line.name ?? y.title, line.y.map { .number($0) }))
            case .band(let band):
                let name = band.name.map { $0 + ", " } ?? ""
                columns.append((name + "lower", band.lower.map { .number($0) }))
                columns.append((name + "upper", band.upper.map { .number($0) }))
            default: break
            }
        }
        return DataTable(
            columns: columns.map(\.title), rows: shared.indices.map { row in columns.map { $0.values[row] } })
    }

    /// A row for each point.
    private var longTable: DataTable {
        let rows = marks.flatMap { mark -> [[DataTable.Cell]] in
            switch mark {
            case .line(let line): pairs(line.name, line.x, line.y)
            case .band(let band): pairs(band.name, band.x + band.x, band.lower + band.upper)
            case .points(let points): pairs(points.name, points.x, points.y, points.labels)
            case .region(let region): pairs(region.name, region.x, region.y)
            case .bars, .heatMap, .contours, .rule: []
            }
        }
        return DataTable(
            columns: ["what", x.title.isEmpty ? "x" : x.title, y.title.isEmpty ? "y" : y.title], rows: rows)
    }

    private func cells(_ values: [Double], of axis: Axis) -> [DataTable.Cell] {
        values.map { value in
            if case .categories(let names) = axis.scale, names.indices.contains(Int(value)) {
                return .text(names[Int(value)])
            }
            return value.rounded() == value && abs(value) < 1e15 ? .count(Int(value)) : .number(value)
        }
    }

    private func pairs(
        _ name: String?, _ xs: [Double], _ ys: [Double], _ labels: [String] = []
    ) -> [[DataTable.Cell]] {
        let (xCells, yCells) = (cells(xs, of: x), cells(ys, of: y))
        return xs.indices.map { index in
            [.text(labels.isEmpty ? name ?? "" : labels[index]), xCells[index], yCells[index]]
        }
    }

    private func table(of bars: Bars) -> DataTable {
        let axis = bars.places == .rows ? y : x
        let lengths = bars.places == .rows ? x : y
        let titles = [axis.title.isEmpty ? "what" : axis.title, bars.name ?? lengths.title]
        if case .edges(let edges) = bars.places {
            return DataTable(
                columns: ["from", "to", titles[1]],
                rows: bars.values.indices.map {
                    [.number(edges[$0]), .number(edges[$0 + 1]), .number(bars.values[$0])]
                })
        }
        let names = cells(bars.values.indices.map(Double.init), of: axis)
        return DataTable(columns: titles, rows: zip(names, bars.values).map { [$0, .number($1)] })
    }

    private func table(of map: HeatMap) -> DataTable {
        let columns = cells((0..<map.columns).map(Double.init), of: x)
        let rows = cells((0..<map.rows).map(Double.init), of: y)
        return DataTable(
            columns: ["\(y.title) \\ \(x.title)"] + columns.map(\.shown),
            rows: rows.indices.map { row in
                [rows[row]] + (0..<map.columns).map { .number(map.values[row * map.columns + $0]) }
            })
    }

    /// Tables of the same places side by side, and others beneath each other.
    private static func merged(_ tables: [DataTable]) -> DataTable {
        guard var first = tables.first else { return DataTable(columns: [], rows: []) }
        for table in tables.dropFirst() {
            let keys = table.columns.count - 1
            let isBeside =
                keys > 0 && table.columns.prefix(keys) == first.columns.prefix(keys)
                && table.rows.count == first.rows.count
                && zip(table.rows, first.rows).allSatisfy { $0.prefix(keys) == $1.prefix(keys) }
            if isBeside {
                first.columns.append(table.columns[keys])
                first.rows = zip(first.rows, table.rows).map { $0 + [$1[keys]] }
                continue
            }
            let width = max(first.columns.count, table.columns.count)
            func widened(_ row: [DataTable.Cell]) -> [DataTable.Cell] {
                row + Array(repeating: .empty, count: width - row.count)
            }
            first.columns += Array(repeating: "", count: width - first.columns.count)
            first.rows = first.rows.map(widened) + [widened(table.columns.map { .text($0) })] + table.rows.map(widened)
        }
        return first
    }
}
