/// `weight_decay` of PyTorch's `SGD` and `Adam`, and what it is here.
///
/// They add wd·w to the gradient: the penalty ½wd·Σw² on the mean loss, over ALL parameters, biases and
/// batch-normalisation scales included. On the squared error our loss is K/2 times theirs for K outputs, and so is the
/// strength. `AdamW` decays beside the gradient, which is no penalty: that is a setting of the optimizer here, too.
public struct PyTorch: Sendable, Hashable {
    /// `weight_decay`
    public var weightDecay: Double

    /// Their setting.
    public init(weightDecay: Double) { self.weightDecay = weightDecay }

    /// The setting equal to `penalty`, or nil where that has an L1 term, which a decay is not.
    public init?(_ penalty: ElasticNet, loss: FrameworkLoss) {
        guard penalty.l1 == 0 else { return nil }
        weightDecay = penalty.ridge / loss.ratio
    }

    /// The same penalty here.
    public func penalty(loss: FrameworkLoss) -> ElasticNet {
        ElasticNet(strength: weightDecay * loss.ratio, l1Ratio: 0)
    }

    /// The same as terms of an ``Objective``, on all parameters as theirs.
    public func penalties(loss: FrameworkLoss) -> [Penalty] {
        let term = Penalty.l2(weightDecay / 2 * loss.ratio)
        return weightDecay == 0 ? [] : [term.on(Scope(roles: Set(Scope.Role.allCases)))]
    }
}
