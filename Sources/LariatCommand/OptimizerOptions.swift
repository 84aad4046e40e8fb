internal import ArgumentParser
internal import Foundation
internal import Lariat

/// The flags that say how steps are made.
struct OptimizerOptions: ParsableArguments {
    @Option(help: "sgd, momentum, nesterov, rmsprop, adagrad, adam or adamw.") var optimizer = "adamw"
    @Option(
        parsing: .unconditional,
        help: "The learning rate; under one-cycle its peak (default: 0.003; for the SGD family 0.05).")
    var learningRate: Double?
    @Option(help: "constant, step, exponential, cosine, one-cycle or plateau.") var schedule = "one-cycle"
    @Option(parsing: .unconditional, help: "Steps of linear rise before the schedule.") var warmup = 0
    @Option(
        parsing: .unconditional,
        help:
            "Momentum of momentum and nesterov (default: 0.9; under one-cycle the schedule moves it unless it is given)."
    )
    var momentum: Double?
    @Option(parsing: .unconditional, help: "Decoupled weight decay of adamw.") var weightDecay = 0.01
    @Option(parsing: .unconditional, help: "Bound on the gradient's norm.") var clipNorm: Double?
    @Option(parsing: .unconditional, help: "Epochs in all, also on resume.") var epochs = 60
    @Option(
        parsing: .unconditional, help: "Rows of a mini-batch (default: 32 up to 5000 rows, 128 up to 50000, else 256).")
    var batchSize: Int?

    /// The rule.
    func rule() throws -> Optimizer {
        switch optimizer {
        case "sgd": return .sgd
        case "momentum": return .momentum(momentum ?? 0.9)
        case "nesterov": return .nesterov(momentum ?? 0.9)
        case "rmsprop": return .rmsprop()
        case "adagrad": return .adagrad()
        case "adam": return .adam()
        case "adamw": return .adamW(decay: weightDecay)
        default:
            throw Failure(
                .usage,
                "there is no optimizer '\(optimizer)'\nChoose sgd, momentum, nesterov, rmsprop, adagrad, adam or adamw."
            )
        }
    }

    /// The schedule, with shapes that fit the number of epochs: steps at each third, a decay to 1 % in all.
    func rates() throws -> Schedule {
        let isPlain = ["sgd", "momentum", "nesterov"].contains(optimizer)
        let rate = learningRate ?? (isPlain ? 0.05 : 0.003)
        var shape: Schedule
        switch schedule {
        case "constant": shape = .constant(rate)
        case "step": shape = .stages(rate)
        case "exponential": shape = .decay(rate)
        case "cosine": shape = .cosine(rate)
        case "one-cycle": shape = .oneCycle(peak: rate)
        case "plateau": shape = .plateau(rate)
        default:
            throw Failure(
                .usage,
                "there is no schedule '\(schedule)'\nChoose constant, step, exponential, cosine, one-cycle or plateau.")
        }
        shape.drivesMomentum = momentum == nil
        return shape.warmedUp(over: warmup)
    }

    /// The bound on gradients.
    var clipping: GradientClipping { clipNorm.map { .byGlobalNorm($0) } ?? .none }
}
