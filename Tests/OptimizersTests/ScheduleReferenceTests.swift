import LariatOptimizers
import LariatTestSupport
import Testing

/// Against PyTorch's schedulers (generate_schedules.py), to rounding.
@Suite("Schedules against PyTorch")
struct ScheduleReferenceTests {
    private struct Rates: Decodable {
        let rates: [Double]
        let momenta, metrics: [Double]?
    }

    @Test(arguments: [
        ("constant", Schedule.constant(0.1)), ("step", .step(0.1, every: 4, factor: 0.5)),
        ("multiStep", .multiStep(0.1, at: [2, 5, 9], factor: 0.3)), ("exponential", .exponential(0.1, factor: 0.9)),
        ("polynomial", .polynomial(0.1, power: 2)), ("inverseTime", .inverseTime(0.1, k: 0.25)),
        ("cosine", .cosine(0.1, end: 0.01)), ("cosineRestarts1", .cosineRestarts(0.1, period: 3, end: 0.01)),
        ("cosineRestarts2", .cosineRestarts(0.1, period: 1, multiplier: 2, end: 0.01)),
        ("oneCycle", .oneCycle(peak: 0.1)),
        ("warmedCosine", .cosine(0.1, end: 0.01).warmedUp(over: 4)),
        ("plateau", .plateau(0.1, factor: 0.5, patience: 2)),
    ])
    func ratesAgree(name: String, schedule: Schedule) throws {
        let expected = try #require(try reference("schedules", as: [String: Rates].self)[name])
        let horizon = Horizon(stepsPerEpoch: 5, epochs: 12)
        var plateau = PlateauState()
        for step in 0..<60 {
            let rate = schedule.rate(at: step, of: horizon, plateau: plateau)
            // PyTorch chains its factors step by step; 60 roundings.
            #expect(abs(rate - expected.rates[step]) <= 60 * Double.ulpOfOne * 0.1, "step \(step)")
            if let momenta = expected.momenta {
                #expect(abs(schedule.momentum(at: step, of: horizon)! - momenta[step]) <= 60 * Double.ulpOfOne)
            }
            if let metrics = expected.metrics, step % 5 == 4 { plateau.observe(metrics[step / 5], patience: 2) }
        }
    }
}
