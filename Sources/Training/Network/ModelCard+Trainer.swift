internal import LariatModels
internal import LariatOptimizers
internal import LinearAlgebra
internal import RegularizedLoss

extension ModelCard {
    /// The card of a model that a trainer made.
    init(_ trainer: Trainer, epochs: Int, rows: Int, workers: Int) {
        self.init(
            objective: trainer.objective.description, loss: trainer.objective.loss.name,
            penalties: trainer.objective.penalties.map(\.card), optimizer: trainer.optimizer.name, epochs: epochs,
            seed: trainer.seed, rows: rows, workers: workers, metrics: [:],
            createdWith: Self.maker)
    }

    /// The library, its BLAS and its kernels.
    static var maker: String {
        let engine = EngineReport.current()
        return
            "Lariat \(lariatVersion), OpenBLAS \(engine.version) (\(engine.kernelsChosen)), \(engine.elementKernels) kernels"
    }
}

/// The version of this package.
public let lariatVersion = "0.1.0"

extension Penalty {
    fileprivate var card: ModelCard.Penalty {
        let roles = scope.roles.map(\.rawValue).sorted()
        return switch kind {
        case .l1(let l1): ModelCard.Penalty(kind: "l1", strength: l1.strength, roles: roles)
        case .l2(let l2): ModelCard.Penalty(kind: "l2", strength: l2.strength, roles: roles)
        case .elasticNet(let net):
            ModelCard.Penalty(kind: "elastic-net", strength: net.strength, l1Ratio: net.l1Ratio, roles: roles)
        case .groupLasso(let group): ModelCard.Penalty(kind: "group-lasso", strength: group.strength, roles: roles)
        case .maxNorm(let max): ModelCard.Penalty(kind: "max-norm", strength: max.bound, roles: roles)
        }
    }
}

extension ParameterRole {
    /// The same role in the objective's words.
    var penalized: Scope.Role {
        switch self {
        case .weight: .weight
        case .bias: .bias
        case .scale: .scale
        case .shift: .shift
        }
    }
}
