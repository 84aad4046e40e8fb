import Lariat
import LariatTestSupport
import Testing

/// What plateaus and early stopping watch, with validation data and without.
@Suite("Monitored metrics")
struct MonitorTests {
    /// A network that learns nothing new, so that a plateau's patience is all that decides.
    private static func fit(
        _ monitor: MonitoredMetric, validation: Dataset?, rate: Double, epochs: Int = 8
    ) throws -> Fitted {
        var trainer = FitTests.trainer(epochs: epochs)
        (trainer.optimizer, trainer.monitor) = (.sgd, monitor)
        trainer.schedule = .plateau(rate, factor: 0.5, patience: 1)
        var network = Network(inputs: 6, seed: 1) { Dense(1) }
        return try trainer.fit(&network, on: FitTests.small(), validatingOn: validation)
    }

    /// Without validation data the training loss is watched, which falls for every metric: no reduction.
    @Test(arguments: [MonitoredMetric.loss, .accuracy, .auc, .logLoss])
    func aFallingTrainingLossIsNoPlateau(metric: MonitoredMetric) throws {
        let fitted = try Self.fit(metric, validation: nil, rate: 0.05)
        let losses = fitted.history.map(\.loss)
        #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 })
        #expect(fitted.history.allSatisfy { $0.rate == 0.05 })
    }

    /// The rate is halved after every second epoch in which the metric stays, in the direction that is its own.
    @Test(arguments: [MonitoredMetric.loss, .accuracy, .auc, .logLoss])
    func aPlateauWatchesItsMetric(metric: MonitoredMetric) throws {
        let fitted = try Self.fit(metric, validation: FitTests.small(30, seed: 2), rate: 0.05, epochs: 30)
        var (best, waiting, rate): (Double?, _, _) = (nil, 0, 0.05)
        for record in fitted.history {
            #expect(abs(record.rate - rate) <= 1e-15)
            let found = metric == .loss ? record.validationLoss! : record.validation[metric.rawValue]!
            let value = metric.rises ? -found : found
            if let old = best, !(value < old - abs(old) * 1e-4) {
                waiting += 1
                if waiting > 1 { (rate, waiting) = (rate / 2, 0) }
            } else {
                (best, waiting) = (value, 0)
            }
        }
        #expect(metric == .loss || metric == .logLoss || rate < 0.05)
    }

    /// Early stopping's own metric comes first; both must suit the task.
    @Test func metricsMustSuitTheTask() throws {
        #expect(throws: TrainingError.self) { try Self.fit(.rmse, validation: nil, rate: 0.05) }
        var trainer = FitTests.trainer()
        trainer.earlyStopping = EarlyStopping(patience: 1, metric: .r2)
        #expect(throws: TrainingError.self) { try trainer.validate(for: FitTests.small()) }
    }

    @Test func earlyStoppingNeedsValidationData() throws {
        var (trainer, network) = (FitTests.trainer(), FitTests.network(Float.self))
        trainer.earlyStopping = EarlyStopping(patience: 2)
        let error = #expect(throws: TrainingError.self) { try trainer.fit(&network, on: FitTests.small()) }
        #expect(
            error
                == .settings("early stopping needs validation data\nHold out some rows, or leave early stopping out."))
    }
}
