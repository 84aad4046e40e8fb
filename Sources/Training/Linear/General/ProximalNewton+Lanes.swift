internal import LinearAlgebra

/// Several strengths at once, where reading the columns of a sparse design is most of the work.
extension ProximalNewton {
    /// Whether that is the case here: a sparse design and a support that is not small.
    var takesTogether: Bool {
        working.columns == nil && problem.outputs == 1 && problem.groups == nil && x.count { $0 != 0 } > laneLimit
    }

    /// Goes to a place.
    func place(_ iterate: Iterate) { (x, eta, state) = (iterate.x, iterate.eta, iterate.state) }

    /// Places near the solutions of up to four strengths, and the iterations it took.
    func approach(_ strengths: [Double], tolerance: Double, limit: Int) -> (starts: [Iterate], iterations: Int) {
        var solver = LaneNewton(
            working, penalty, strengths: strengths, tolerance: tolerance * certifier.scale,
            iterates: strengths.map(start))
        solver.solve(limit: limit)
        approached = Dictionary(zip(strengths, solver.iterates.map(\.x)), uniquingKeysWith: { $1 })
        return (solver.iterates, solver.iterations)
    }

    /// Where a strength was left by the last approach, or what the last solutions let expect.
    private func start(_ strength: Double) -> Iterate {
        var iterate = Iterate(x: x, eta: eta, state: state)
        if let known = approached[strength] {
            restore(known)
            swap(&(iterate.x), &x)
            swap(&(iterate.eta), &eta)
            swap(&(iterate.state), &state)
        } else if let delta = prediction(strength, farthest: 6) {
            var change = Array(repeating: 0.0, count: eta.count)
            working.add(delta, to: &change)
            iterate.search(
                zip(x, delta).map { $0 + $1 }, delta, change, predicted: 0, strength, penalty, isTrial: true)
        }
        return iterate
    }
}
