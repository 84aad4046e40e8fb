/// A regularizer of Keras (`kernel_regularizer=L1L2(l1, l2)`), and what it is here.
///
/// Theirs: mean loss + l1·Σ|w| + l2·Σw², without ½. Ours, with ``L1`` and ``L2``, is the same on cross-entropy; on the
/// squared error ours is K/2 times theirs for K outputs, and so are the strengths.
public struct Keras: Sendable, Hashable {
    /// `l1`
    public var l1: Double
    /// `l2`
    public var l2: Double

    /// Their settings.
    public init(l1: Double = 0, l2: Double = 0) { (self.l1, self.l2) = (l1, l2) }

    /// The settings equal to `penalty` = λ₁Σ|w| + ½λ₂Σw²: l1 = λ₁ and l2 = λ₂/2 (over the ratio of the losses).
    public init(_ penalty: ElasticNet, loss: FrameworkLoss) {
        (l1, l2) = (penalty.l1 / loss.ratio, penalty.ridge / 2 / loss.ratio)
    }

    /// The same penalty here.
    public func penalty(loss: FrameworkLoss) -> ElasticNet {
        ElasticNet(l1: l1 * loss.ratio, ridge: 2 * l2 * loss.ratio)
    }

    /// The same as terms of an ``Objective``, on the weights as theirs; without those of strength 0.
    public func penalties(loss: FrameworkLoss) -> [Penalty] {
        (l1 == 0 ? [] : [.l1(l1 * loss.ratio)]) + (l2 == 0 ? [] : [.l2(l2 * loss.ratio)])
    }
}
