internal import LinearAlgebra

/// Solves for up to four strengths λ at once min over x of ½(x − x₀)ᵀH(x − x₀) − gᵀ(x − x₀) + λΩ(x), all with one H = Zᵀ·ωh·Z
/// that is never formed, by coordinate descent on sparse columns: an element is read once for the four.
///
/// Penalties without norms, families with one output. Every few epochs the last ones are extrapolated in each lane by
/// itself, which is kept where the objective falls by it.
///
/// - Source: Bertrand et al., NeurIPS 2022, for the extrapolation.
final class LaneDescent {
    private let columns: LaneColumns
    private let penalty: LinearPenalty
    private let strengths: Lanes
    /// x₀ and g
    private let start, slopes: [Lanes]

    private(set) var x: [Lanes]
    private(set) var iterations = 0
    /// v = √(ωh)·Z(x − x₀) is `product` − `constant`·√(ωh); Σ√(ωh)·`product`.
    private var image: Image

    private struct Image {
        var product: [SIMD4<Float>]
        var constant = Lanes.zero
        var sum = Lanes.zero
    }

    /// What an epoch reads of a coordinate.
    private struct Part {
        let first, end: Int
        let diagonal, sum, center, absolute, square, lower, upper: Double
        let slope: Lanes
    }
    private let parts: [Part]

    /// - Parameters:
    ///   - columns: those of the coordinates x, in their order.
    ///   - penalty: of the same coordinates.
    init(_ columns: LaneColumns, penalty: LinearPenalty, strengths: Lanes, start: [Lanes], slopes: [Lanes]) {
        (self.columns, self.penalty, self.strengths, self.start, self.slopes) = (
            columns, penalty, strengths, start, slopes
        )
        x = start
        parts = start.indices.map { q in
            Part(
                first: columns.starts[q], end: columns.starts[q + 1], diagonal: columns.diagonal[q],
                sum: columns.sums[q],
                center: columns.centers[q], absolute: penalty.absolute[q], square: penalty.square[q],
                lower: penalty.lower[q], upper: penalty.upper[q], slope: slopes[q])
        }
        image = Image(product: Array(repeating: .zero, count: columns.roots.count))
    }

    /// Runs epochs, mostly on the support, until the largest violation that an epoch over all met in each lane is within
    /// the lane's tolerance.
    func solve(tolerance: Lanes, limit: Int) {
        let isBounded = penalty.lower.contains { $0.isFinite } || penalty.upper.contains { $0.isFinite }
        while iterations < limit {
            if all(epoch(over: Array(x.indices)) .<= tolerance) { return }
            let support = x.indices.filter { x[$0] != .zero || penalty.absolute[$0] == 0 }
            var history = [(x: x, image: image)]
            for _ in 0..<50 where iterations < limit {
                let violation = epoch(over: support)
                if all(violation .<= 0.3 * tolerance) { break }
                if isBounded { continue }
                history.append((x, image))
                if history.count == 6 {
                    extrapolate(history, support)
                    history = [(x, image)]
                }
            }
        }
    }

    /// x_q ← clip(S(s_q + H_qq·x_q, λa)/(H_qq + λc)); the largest violation that it met in each lane.
    private func epoch(over coordinates: [Int]) -> Lanes {
        iterations += 1
        var (constant, sum) = (image.constant, image.sum)
        defer { (image.constant, image.sum) = (constant, sum) }
        return coordinates.withUnsafeBufferPointer { coordinates in
            parts.withUnsafeBufferPointer { parts in
                x.withUnsafeMutableBufferPointer { x in
                    image.product.withUnsafeMutableBufferPointer { product in
                        columns.rows.withUnsafeBufferPointer { rows in
                            columns.values.withUnsafeBufferPointer { values in
                                epoch(
                                    coordinates, parts.baseAddress!, x.baseAddress!, product.baseAddress!,
                                    rows.baseAddress, values.baseAddress, &constant, &sum)
                            }
                        }
                    }
                }
            }
        }
    }

    private func epoch(
        _ coordinates: UnsafeBufferPointer<Int>, _ parts: UnsafePointer<Part>, _ x: UnsafeMutablePointer<Lanes>,
        _ product: UnsafeMutablePointer<SIMD4<Float>>, _ rows: UnsafePointer<Int32>?, _ values: UnsafePointer<Float>?,
        _ constant: inout Lanes, _ sum: inout Lanes
    ) -> Lanes {
        var largest = Lanes.zero
        let (strengths, total) = (strengths, columns.total)
        for q in coordinates {
            let part = parts[q]
            let curvature = part.diagonal + strengths * part.square
            if curvature[0] <= 0 { continue }
            var slope = part.slope + constant * part.sum + part.center * (sum - constant * total)
            if part.first < part.end { slope -= Self.dot(part.first, part.end, rows!, values!, product) }
            let z = slope + part.diagonal * x[q]
            let limit = strengths * part.absolute
            var value = larger(z - limit, .zero) + smaller(z + limit, .zero)
            value = smaller(larger(value / curvature, Lanes(repeating: part.lower)), Lanes(repeating: part.upper))
            let change = value - x[q]
            if change == .zero { continue }
            largest = larger(largest, larger(change, -change) * curvature)
            let step = SIMD4<Float>(change)
            for e in part.first..<part.end { product[Int(rows![e])] += step * values![e] }
            sum += change * part.sum
            constant += change * part.center
            x[q] = value
        }
        return largest
    }

    /// Σ_e a_e·product, in four sums, so that one need not wait for the other.
    @inline(__always)
    private static func dot(
        _ first: Int, _ end: Int, _ rows: UnsafePointer<Int32>, _ values: UnsafePointer<Float>,
        _ product: UnsafePointer<SIMD4<Float>>
    ) -> Lanes {
        var (a, b, c, d) = (SIMD4<Float>.zero, SIMD4<Float>.zero, SIMD4<Float>.zero, SIMD4<Float>.zero)
        var e = first
        while e + 4 <= end {
            a += values[e] * product[Int(rows[e])]
            b += values[e + 1] * product[Int(rows[e + 1])]
            c += values[e + 2] * product[Int(rows[e + 2])]
            d += values[e + 3] * product[Int(rows[e + 3])]
            e += 4
        }
        while e < end {
            a += values[e] * product[Int(rows[e])]
            e += 1
        }
        return Lanes((a + b) + (c + d))
    }

    /// In each lane the combination of the last places whose steps, combined alike, are shortest; images combine alike.
    private func extrapolate(_ history: [(x: [Lanes], image: Image)], _ support: [Int]) {
        let count = history.count - 1
        var system = Array(repeating: Lanes.zero, count: count * count)
        for q in support {
            for a in 0..<count {
                let step = history[a + 1].x[q] - history[a].x[q]
                for b in 0...a { system[a * count + b] += step * (history[b + 1].x[q] - history[b].x[q]) }
            }
        }
        var shares = Array(repeating: Lanes.zero, count: count)
        for lane in 0..<4 {
            var matrix = Array(repeating: 0.0, count: count * count)
            for a in 0..<count {
                for b in 0..<count { matrix[a * count + b] = system[max(a, b) * count + min(a, b)][lane] }
            }
            let trace = (0..<count).reduce(0) { $0 + matrix[$1 * count + $1] }
            for a in 0..<count { matrix[a * count + a] += 1e-12 * trace }
            let found = solveSemidefinite(matrix, Array(repeating: 1, count: count), held: [])
            let all = found.reduce(0, +)
            for a in 0..<count { shares[a][lane] = abs(all) > 0 ? found[a] / all : (a == count - 1 ? 1 : 0) }
        }
        let before = (x: x, image: image, objective: objective(support))
        for q in support { x[q] = (0..<count).reduce(Lanes.zero) { $0 + shares[$1] * history[$1 + 1].x[q] } }
        image.sum = (0..<count).reduce(Lanes.zero) { $0 + shares[$1] * history[$1 + 1].image.sum }
        image.constant = (0..<count).reduce(Lanes.zero) { $0 + shares[$1] * history[$1 + 1].image.constant }
        let parts = shares.map { SIMD4<Float>($0) }
        for i in image.product.indices {
            image.product[i] = (0..<count).reduce(SIMD4<Float>.zero) {
                $0 + parts[$1] * history[$1 + 1].image.product[i]
            }
        }
        let isBetter = objective(support) .< before.objective
        if all(isBetter) { return }
        for q in support { x[q].replace(with: before.x[q], where: .!isBetter) }
        image.sum.replace(with: before.image.sum, where: .!isBetter)
        image.constant.replace(with: before.image.constant, where: .!isBetter)
        var isWorse = SIMDMask<SIMD4<Int32>>(repeating: false)
        for lane in 0..<4 { isWorse[lane] = !isBetter[lane] }
        for i in image.product.indices { image.product[i].replace(with: before.image.product[i], where: isWorse) }
    }

    /// ½‖v‖² − gᵀ(x − x₀) + λΩ(x), but for a constant.
    private func objective(_ support: [Int]) -> Lanes {
        var value = Lanes.zero
        for (p, root) in zip(image.product, columns.roots) {
            let v = Lanes(p) - image.constant * Double(root)
            value += 0.5 * v * v
        }
        for q in support {
            let size = larger(x[q], -x[q])
            value += strengths * (penalty.absolute[q] * size + 0.5 * penalty.square[q] * x[q] * x[q])
            value -= slopes[q] * (x[q] - start[q])
        }
        return value
    }
}

@inline(__always)
private func larger(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: a .< b) }

@inline(__always)
private func smaller(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .< a) }
