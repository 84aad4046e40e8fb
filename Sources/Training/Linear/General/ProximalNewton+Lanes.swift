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
            iterates: starts(strengths))
        solver.solve(limit: limit)
        approached = Dictionary(zip(strengths, solver.iterates.map(\.x)), uniquingKeysWith: { $1 })
        return (solver.iterates, solver.iterations)
    }

    /// Where strengths were left by the last approach, or what the last solutions let expect of them.
    private func starts(_ strengths: [Double]) -> [Iterate] {
        var (places, deltas) = (Array(x.indices), Array(repeating: Lanes.zero, count: x.count))
        for (l, strength) in strengths.enumerated() {
            if let known = approached[strength] {
                for q in x.indices { deltas[q][l] = (q < known.count ? known[q] : 0) - x[q] }
            } else if let delta = prediction(strength, farthest: 6) {
                for q in x.indices { deltas[q][l] = delta[q] }
            }
        }
        places.removeAll { deltas[$0] == .zero }
        let product = working.product(places, places.map { deltas[$0] })
        return strengths.enumerated().map { l, strength in
            var iterate = Iterate(x: x, eta: eta, state: state)
            let delta = deltas.map { $0[l] }
            iterate.search(
                zip(x, delta).map { $0 + $1 }, delta, product.map { $0[l] }, predicted: 0, strength, penalty,
                isTrial: true)
            return iterate
        }
    }
}
