// Curves as places in a drawing.

enum PolyLine {
    typealias Place = (x: Double, y: Double)

    /// The stretches between gaps.
    static func runs(of places: [Place?]) -> [[Place]] {
        places.split { $0 == nil }.map { $0.map { $0! } }
    }

    /// A curve with many points in each column of the drawing, by the first, the lowest, the highest and the last of
    /// each: what is left out could not be told from what is drawn.
    ///
    /// Where a curve runs back and forth columns are left and entered again, and all of that is kept.
    static func thinned(_ places: [Place], columns: Int) -> [Place] {
        if places.count <= 4 * max(columns, 1) { return places }
        var result: [Place] = []
        var start = 0
        for index in 1...places.count {
            if index < places.count && (places[index].x / 2).rounded(.down) == (places[start].x / 2).rounded(.down) {
                continue
            }
            let column = start..<index
            let low = column.min { places[$0].y < places[$1].y }!
            let high = column.max { places[$0].y < places[$1].y }!
            for kept in Set([start, low, high, index - 1]).sorted() { result.append(places[kept]) }
            start = index
        }
        return result
    }

    /// A curve whose values hold until the next point.
    static func stepped(_ places: [Place]) -> [Place] {
        var result = Array(places.prefix(1))
        for (last, next) in zip(places, places.dropFirst()) { result += [(next.x, last.y), next] }
        return result
    }

    /// "M1 2L3 4", without points that fall on the one before.
    static func path(_ places: [Place], isClosed: Bool = false) -> String {
        var (text, last) = ("", "")
        for place in places {
            let point = "\(coordinate(place.x)) \(coordinate(place.y))"
            if point == last { continue }
            text += (last.isEmpty ? "M" : "L") + point
            last = point
        }
        return isClosed ? text + "Z" : text
    }
}
