internal import ArgumentParser
internal import Lariat

/// The flags that say what is made small.
struct ObjectiveOptions: ParsableArguments {
    @Option(help: "squared, absolute, huber, quantile:τ, poisson, hinge or cross-entropy (default: by the task).")
    var loss: String?
    @Option(parsing: .unconditional, help: "λ of λΣ|w|: weights become exactly zero.") var l1 = 0.0
    @Option(parsing: .unconditional, help: "λ of λΣw².") var l2 = 0.0
    @Option(parsing: .unconditional, help: "Strength of an elastic net λ(ρΣ|w| + ½(1 − ρ)Σw²).") var elasticNet = 0.0
    @Option(parsing: .unconditional, help: "ρ of the elastic net.") var l1Ratio = 0.5
    @Option(parsing: .unconditional, help: "λ of a group lasso on whole input columns.") var groupL1 = 0.0
    @Option(parsing: .unconditional, help: "Bound on the norm of each unit's incoming weights.") var maxNorm: Double?
    @Option(parsing: .unconditional, help: "Label smoothing of cross-entropy, in [0, 1).") var labelSmoothing = 0.0
    @Option(help: "balanced: every class counts the same.") var classWeight: String?

    /// The objective for a task.
    func objective(for task: PredictionTask) throws -> Objective {
        var penalties: [Penalty] = []
        if l1 != 0 { penalties.append(.l1(l1)) }
        if l2 != 0 { penalties.append(.l2(l2)) }
        if elasticNet != 0 { penalties.append(.elasticNet(strength: elasticNet, l1Ratio: l1Ratio)) }
        if groupL1 != 0 { penalties.append(.groupLasso(groupL1)) }
        if let maxNorm { penalties.append(.maxNorm(maxNorm)) }
        if !(l1Ratio >= 0 && l1Ratio <= 1) { throw Failure(.usage, "--l1-ratio must be in [0, 1], not \(l1Ratio)") }
        let objective = Objective(try lossFunction(for: task), penalties: penalties)
        do {
            try objective.validate()
        } catch {
            throw Failure(.usage, error.description)
        }
        return objective
    }

    private func lossFunction(for task: PredictionTask) throws -> Loss {
        guard let loss else {
            switch task {
            case .regression: return .squaredError
            case .binary: return .binaryCrossEntropy(labelSmoothing: labelSmoothing)
            case .multiclass: return .softmaxCrossEntropy(labelSmoothing: labelSmoothing)
            }
        }
        switch loss {
        case "squared": return .squaredError
        case "absolute": return .absoluteError
        case "huber": return .huber()
        case "poisson": return .poisson
        case "hinge": return .hinge
        case "cross-entropy":
            return task == .binary
                ? .binaryCrossEntropy(labelSmoothing: labelSmoothing)
                : .softmaxCrossEntropy(labelSmoothing: labelSmoothing)
        default:
            if loss.hasPrefix("quantile:"), let tau = Double(loss.dropFirst("quantile:".count)) {
                return .quantile(tau)
            }
            throw Failure(
                .usage,
                "there is no loss '\(loss)'\nChoose squared, absolute, huber, quantile:τ, poisson, hinge or cross-entropy."
            )
        }
    }

    /// Whether classes are balanced.
    func balancesClasses() throws -> Bool {
        switch classWeight {
        case nil: false
        case "balanced": true
        case let other?: throw Failure(.usage, "--class-weight can be 'balanced', not '\(other)'")
        }
    }
}
