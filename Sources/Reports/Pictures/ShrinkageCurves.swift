extension Plot {
    /// What penalties do to one weight on its own, of a standardised feature: from the weight z that it would have without
    /// them,
    ///
    /// L1 S(z, λ) = sign(z)·max(|z| − λ, 0), L2 z/(1 + λ), elastic net S(z, λρ)/(1 + λ(1 − ρ)).
    ///
    /// - Precondition: λ > 0.
    public static func shrinkage(strength: Double, l1Ratio: Double = 0.5) -> Plot {
        precondition(strength > 0, "a strength of \(strength) shrinks nothing")
        let reach = 3 * strength
        let z = (0...120).map { reach * Double($0 - 60) / 60 }
        func shrunk(_ z: Double, _ ratio: Double) -> Double {
            let rest = max(abs(z) - strength * ratio, 0) / (1 + strength * (1 - ratio))
            return z < 0 ? -rest : rest
        }
        var marks: [Mark] = [.line(Line("no penalty", x: z, y: z, tint: .muted))]
        marks.append(.line(Line("L2: shrinks in proportion", x: z, y: z.map { shrunk($0, 0) }, tint: .series(1))))
        if l1Ratio > 0 && l1Ratio < 1 {
            marks.append(
                .line(
                    Line(
                        "elastic net, ρ = \(shortNumber(l1Ratio))", x: z, y: z.map { shrunk($0, l1Ratio) },
                        tint: .series(2))))
        }
        marks.append(.line(Line("L1: subtracts λ, to zero", x: z, y: z.map { shrunk($0, 1) }, tint: .series(0))))
        return Plot(
            "What a penalty of λ = \(shortNumber(strength)) does to one weight", x: Axis("weight without a penalty"),
            y: Axis("weight with it"), marks: marks)
    }
}
