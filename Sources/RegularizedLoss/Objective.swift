/// What training makes small: a loss and penalties, each with its scope.
///
/// Penalties are added to the MEAN loss, so that they do not depend on the batch size, on the scale of sample
/// weights or on the number of workers.
public struct Objective: Sendable, Hashable {
    /// The loss.
    public var loss: Loss
    /// The penalties.
    public var penalties: [Penalty]

    /// loss + Σ penalties
    public init(_ loss: Loss, penalties: [Penalty] = []) { (self.loss, self.penalties) = (loss, penalties) }

    /// Checks the numbers of the loss and of every penalty.
    public func validate() throws(ObjectiveError) {
        try loss.validate()
        for penalty in penalties { try penalty.validate() }
    }

    /// The terms that act on the parameters of one role in one dense layer (counted from 0), summed.
    public func terms(role: Scope.Role, layer: Int) -> SegmentPenalty {
        var terms = SegmentPenalty()
        for penalty in penalties where penalty.scope.contains(role, layer: layer) {
            switch penalty.kind {
            case .l1(let l1): terms.l1 += l1.strength
            case .l2(let l2): terms.l2 += 2 * l2.strength
            case .elasticNet(let net):
                terms.l1 += net.l1
                terms.ridge += net.ridge
            case .groupLasso(let group): terms.group += group.strength
            case .maxNorm(let max): terms.maxNorm = min(terms.maxNorm ?? .infinity, max.bound)
            }
        }
        return terms
    }
}

/// The penalties on one parameter tensor as an optimizer applies them: the smooth one as a gradient, the others
/// as a proximal step or a projection.
public struct SegmentPenalty: Sendable, Hashable {
    /// The coefficient of w in the gradient: 2λ of λΣw².
    public var l2 = 0.0
    /// λ₁ of the proximal step.
    public var l1 = 0.0
    /// λ₂ of the proximal step, for ½λ₂Σw².
    public var ridge = 0.0
    /// λ of a group lasso.
    public var group = 0.0
    /// The bound on the norm of each unit's incoming weights.
    public var maxNorm: Double?

    /// No penalty.
    public init() {}
}

extension Objective: CustomStringConvertible {
    /// The objective in one line of mathematics.
    public var description: String {
        ([loss.formula] + penalties.map(\.formula)).joined(separator: " + ")
    }
}

extension Loss {
    fileprivate var formula: String {
        switch self {
        case .squaredError: "mean ½(ŷ − y)²"
        case .absoluteError: "mean |ŷ − y|"
        case .huber(let delta): "mean huber(ŷ − y; \(delta))"
        case .quantile(let tau): "mean pinball(ŷ − y; \(tau))"
        case .binaryCrossEntropy(let smoothing): "mean binary cross-entropy" + Self.suffix(smoothing)
        case .softmaxCrossEntropy(let smoothing): "mean softmax cross-entropy" + Self.suffix(smoothing)
        case .poisson: "mean e^ŷ − y·ŷ"
        case .hinge: "mean max(0, 1 − y·ŷ)"
        }
    }

    private static func suffix(_ smoothing: Double) -> String { smoothing > 0 ? " (smoothing \(smoothing))" : "" }
}

extension Penalty {
    fileprivate var formula: String {
        switch kind {
        case .l1(let l1): "\(l1.strength)·Σ|w|"
        case .l2(let l2): "\(l2.strength)·Σw²"
        case .elasticNet(let net): "\(net.strength)·(\(net.l1Ratio)·Σ|w| + ½·\(1 - net.l1Ratio)·Σw²)"
        case .groupLasso(let group): "\(group.strength)·Σ√|g|·‖w_g‖"
        case .maxNorm(let max): "[‖w‖ ≤ \(max.bound)]"
        }
    }
}
