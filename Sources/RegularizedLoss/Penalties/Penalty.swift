/// A term of the objective that acts on parameters, with the parameters it acts on.
public struct Penalty: Sendable, Hashable {
    /// The formula.
    public enum Kind: Sendable, Hashable {
        /// λΣ|w|
        case l1(L1)
        /// λΣw²
        case l2(L2)
        /// λ(ρΣ|w| + ½(1 − ρ)Σw²)
        case elasticNet(ElasticNet)
        /// λΣ_g √|g|·‖w_g‖₂, a group all weights that leave an input column
        case groupLasso(GroupLasso)
        /// ‖w‖₂ ≤ c for each unit's incoming weights
        case maxNorm(MaxNorm)
    }

    /// The formula.
    public var kind: Kind
    /// The parameters that it acts on.
    public var scope: Scope

    /// A term with its scope.
    public init(_ kind: Kind, scope: Scope = .weights) { (self.kind, self.scope) = (kind, scope) }

    /// λΣ|w|: some weights become exactly zero.
    public static func l1(_ strength: Double) -> Penalty { Penalty(.l1(L1(strength))) }
    /// λΣw² (no ½: the gradient is 2λw).
    public static func l2(_ strength: Double) -> Penalty { Penalty(.l2(L2(strength))) }
    /// λ(ρΣ|w| + ½(1 − ρ)Σw²): the form of glmnet and scikit-learn.
    public static func elasticNet(strength: Double, l1Ratio: Double) -> Penalty {
        Penalty(.elasticNet(ElasticNet(strength: strength, l1Ratio: l1Ratio)))
    }
    /// λΣ_g √|g|·‖w_g‖₂ on the first layer: whole input columns become exactly zero.
    public static func groupLasso(_ strength: Double) -> Penalty {
        Penalty(.groupLasso(GroupLasso(strength)), scope: Scope(layers: .first))
    }
    /// ‖w‖₂ ≤ c for each unit's incoming weights.
    public static func maxNorm(_ bound: Double) -> Penalty { Penalty(.maxNorm(MaxNorm(bound))) }

    /// The same term on other parameters: `.l1(1e-3).on(.biases)`.
    public func on(_ scope: Scope) -> Penalty { Penalty(kind, scope: scope) }

    /// Checks the numbers: strengths and bounds finite and not negative, the ratio in [0, 1].
    public func validate() throws(ObjectiveError) {
        func strength(_ value: Double, _ name: String) throws(ObjectiveError) {
            if !(value >= 0 && value.isFinite) {
                throw ObjectiveError("the strength of \(name) must be a number from 0 on, not \(value)")
            }
        }
        switch kind {
        case .l1(let penalty): try strength(penalty.strength, "l1")
        case .l2(let penalty): try strength(penalty.strength, "l2")
        case .elasticNet(let penalty):
            try strength(penalty.strength, "the elastic net")
            if !(penalty.l1Ratio >= 0 && penalty.l1Ratio <= 1) {
                throw ObjectiveError("the l1 ratio must be in [0, 1], not \(penalty.l1Ratio)")
            }
        case .groupLasso(let penalty): try strength(penalty.strength, "the group lasso")
        case .maxNorm(let penalty):
            if !(penalty.bound > 0 && penalty.bound.isFinite) {
                throw ObjectiveError("the max-norm must be a number above 0, not \(penalty.bound)")
            }
        }
    }
}

/// Which parameters a penalty acts on: weights of all dense layers unless said otherwise; biases and
/// batch-normalisation parameters only when asked by name.
public struct Scope: Sendable, Hashable {
    /// What a parameter is to its layer.
    public enum Role: String, Sendable, Hashable, CaseIterable {
        /// Weights of dense layers.
        case weight
        /// Biases of dense layers.
        case bias
        /// γ of batch normalisations.
        case scale
        /// β of batch normalisations.
        case shift
    }

    /// Which dense layers, with the batch normalisations behind them.
    public enum Layers: Sendable, Hashable {
        /// All.
        case all
        /// The first.
        case first
        /// These, counted from 0.
        case only(Set<Int>)
    }

    /// The roles.
    public var roles: Set<Role>
    /// The layers.
    public var layers: Layers

    /// A scope.
    public init(roles: Set<Role> = [.weight], layers: Layers = .all) { (self.roles, self.layers) = (roles, layers) }

    /// Weights of all dense layers: the default.
    public static let weights = Scope()
    /// Biases of all dense layers.
    public static let biases = Scope(roles: [.bias])
    /// γ of all batch normalisations.
    public static let scales = Scope(roles: [.scale])
    /// β of all batch normalisations.
    public static let shifts = Scope(roles: [.shift])

    /// Whether a parameter of that role in that dense layer (counted from 0) is in the scope.
    public func contains(_ role: Role, layer: Int) -> Bool {
        guard roles.contains(role) else { return false }
        switch layers {
        case .all: return true
        case .first: return layer == 0
        case .only(let indices): return indices.contains(layer)
        }
    }
}
