internal import Glibc

extension QuadraticPair {
    /// The classic picture of penalties: the contours of the loss around its minimum, the diamond of L1, the circle of L2
    /// and the shape of an elastic net between them, each as large as it must be to touch the same contour, where they
    /// touch it, and the ways of the solutions as the strength falls.
    ///
    /// - Parameter strength: that of L1; nil: one at which a corner of the diamond touches, if there is one.
    public func plot(_ title: String, names: (String, String), strength: Double? = nil) -> Plot {
        let largest = largestStrength(l1Ratio: 1)
        let entry = secondEntry
        let chosen = strength ?? (entry > 0 ? (largest * entry).squareRoot() : largest / 3)
        let lasso = solution(strength: chosen, l1Ratio: 1)
        let level = loss(lasso)
        let best = unpenalized
        var shapes: [Region] = []
        var touching: [(name: String, ratio: Double, at: Weights, tint: Tint)] = []
        for (name, ratio, tint) in [
            ("L2", 0.0, Tint.series(1)), ("elastic net, ρ = ½", 0.5, .series(2)), ("L1", 1, .series(0)),
        ] {
            let w = ratio == 1 ? lasso : solution(loss: level, l1Ratio: ratio)
            let squares = w.first * w.first + w.second * w.second
            let bound = ratio * (abs(w.first) + abs(w.second)) + (1 - ratio) / 2 * squares
            if bound > 0 { shapes.append(.penaltyBall(name, l1Ratio: ratio, bound: bound, tint: tint)) }
            touching.append((name, ratio, w, tint))
        }
        let size = abs(lasso.first) + abs(lasso.second)
        // Far from the minimum a diamond is too small to be seen beside it.
        let isNear = size < 0.25 * (abs(best.first) + abs(best.second)) && size > 0
        let window = Window(holding: isNear ? [] : [best], shapes, size: isNear ? 2 * size : 0)
        var marks: [Mark] = [.contours(contours(window, through: level, isNear: isNear))]
        marks += shapes.map { .region($0) }
        for (name, ratio, w, tint) in touching {
            let way = way(l1Ratio: ratio)
            marks.append(
                .line(
                    Line(
                        "solutions of " + name, x: way.map(\.first), y: way.map(\.second), tint: tint, isUnlisted: true)
                ))
            marks.append(
                .points(
                    Points(
                        x: [w.first], y: [w.second], tint: tint,
                        labels: ["\(name) touches at (\(shortNumber(w.first)), \(shortNumber(w.second)))"], radius: 4)))
        }
        if !isNear {
            marks.append(.points(Points("least loss", x: [best.first], y: [best.second], tint: .ink, radius: 3.5)))
        }
        let corner = lasso.first == 0 ? names.0 : lasso.second == 0 ? names.1 : nil
        let note =
            corner.map {
                "L1 touches at a corner: the weight of \($0) is exactly zero. L2 has no corners, and keeps both."
            }
            ?? "L1 touches at an edge: both weights are left."
        return Plot(
            title, x: Axis("weight of \(names.0)", domain: window.x),
            y: Axis("weight of \(names.1)", domain: window.y), marks: marks, notes: [note],
            height: 320, hasEqualUnits: true)
    }

    /// Solutions from the largest strength that matters down to none.
    private func way(l1Ratio: Double) -> [Weights] {
        let largest = max(abs(firstSlope), abs(secondSlope)) / max(l1Ratio, 1e-3)
        // Near the largest strength solutions move with it, near none with its logarithm.
        let even = (0...60).map { largest * (1 - Double($0) / 60) }
        let strengths =
            even + (0...60).map { largest * pow(1e-4, Double($0) / 60) } + (l1Ratio == 1 ? [secondEntry] : [])
        return strengths.sorted(by: >).map { solution(strength: $0, l1Ratio: l1Ratio) }
    }

    /// The solution of a mix at the strength that gives it this loss.
    private func solution(loss level: Double, l1Ratio: Double) -> Weights {
        var (low, high) = (0.0, max(abs(firstSlope), abs(secondSlope)) * 1e6)
        for _ in 0..<200 {
            let middle = high > 2 * low && low > 0 ? (low * high).squareRoot() : (low + high) / 2
            if loss(solution(strength: middle, l1Ratio: l1Ratio)) < level { low = middle } else { high = middle }
        }
        return solution(strength: low, l1Ratio: l1Ratio)
    }

    /// Contours within a window; one of them goes through where the penalties touch.
    private func contours(_ window: Window, through level: Double, isNear: Bool) -> Contours {
        func grid(_ range: ClosedRange<Double>) -> [Double] {
            // A little more than is shown, which ends at the edges.
            (0...72).map { range.lowerBound + (range.upperBound - range.lowerBound) * (Double($0) - 4) / 64 }
        }
        let (xs, ys) = (grid(window.x), grid(window.y))
        let least = loss(unpenalized)
        let values = ys.flatMap { y in xs.map { loss(Weights($0, y)) - least } }
        let height = max(level - least, 1e-300)
        // Near zero the loss falls almost evenly: contours in equal steps from that of no weights at all.
        let step = loss(Weights(0, 0)) - level
        let levels =
            isNear
            ? (-3...3).map { height + Double($0) * step }.filter { $0 > 0 }
            : [0.05, 0.25, 0.6, 1, 1.6, 2.6, 4].map { $0 * height }
        return Contours("loss above its least", x: xs, y: ys, values: values, levels: levels)
    }
}

/// What a picture of two weights shows: as wide as high, in units of the weights.
private struct Window {
    let x, y: ClosedRange<Double>

    /// - Parameter size: half the length of a window around zero; 0: what holds zero, the points and the shapes.
    init(holding points: [QuadraticPair.Weights], _ shapes: [Region], size: Double) {
        if size > 0 {
            (x, y) = (-size...size, -size...size)
            return
        }
        let xs = [0] + points.map(\.first) + shapes.flatMap(\.x)
        let ys = [0] + points.map(\.second) + shapes.flatMap(\.y)
        let (low, high) = ((x: xs.min()!, y: ys.min()!), (x: xs.max()!, y: ys.max()!))
        let half = max(high.x - low.x, high.y - low.y, 1e-12) * 0.62
        func around(_ low: Double, _ high: Double) -> ClosedRange<Double> {
            (low + high) / 2 - half...(low + high) / 2 + half
        }
        (x, y) = (around(low.x, high.x), around(low.y, high.y))
    }
}
