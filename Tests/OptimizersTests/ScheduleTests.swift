import LariatOptimizers
import Testing

@Suite("Schedules")
struct ScheduleTests {
    private let horizon = Horizon(stepsPerEpoch: 5, epochs: 12)

    @Test func closedForms() {
        func rates(_ schedule: Schedule, _ steps: [Int]) -> [Double] {
            steps.map { schedule.rate(at: $0, of: horizon) }
        }
        #expect(rates(.constant(0.1), [0, 59]) == [0.1, 0.1])
        #expect(close(rates(.step(0.1, every: 4, factor: 0.5), [0, 19, 20, 40]), [0.1, 0.1, 0.05, 0.025]))
        #expect(close(rates(.multiStep(0.1, at: [2, 5]), [9, 10, 25]), [0.1, 0.01, 0.001]))
        #expect(close(rates(.exponential(1, factor: 0.9), [4, 5, 10]), [1, 0.9, 0.81]))
        #expect(close(rates(.stages(1, count: 3), [0, 19, 20, 39, 40, 59, 99]), [1, 1, 0.1, 0.1, 0.01, 0.01, 0.01]))
        #expect(close(rates(.decay(1, to: 0.01), [0, 4, 15, 30, 60]), [1, 1, 0.1.squareRoot(), 0.1, 0.01]))
        #expect(close(rates(.polynomial(1, power: 2), [0, 30, 60]), [1, 0.25, 0]))
        #expect(close(rates(.inverseTime(1, k: 0.5), [0, 2, 8]), [1, 0.5, 0.2]))
        #expect(close(rates(.cosine(1, end: 0.2), [0, 30, 60]), [1, 0.6, 0.2]))
        #expect(close(rates(.cosineRestarts(1, period: 2, multiplier: 2), [0, 5, 10, 20, 30]), [1, 0.5, 1, 0.5, 1]))
        #expect(close(rates(.oneCycle(peak: 1), [0, 17, 59]), [0.04, 1, 4e-6]))
        #expect(
            close([0.95, 0.85, 0.95], [0, 17, 59].map { Schedule.oneCycle(peak: 1).momentum(at: $0, of: horizon)! }))
    }

    @Test func warmUpRisesToTheShape() {
        let schedule = Schedule.cosine(1).warmedUp(over: 4)
        #expect(close((0..<5).map { schedule.rate(at: $0, of: horizon) }, [0.2, 0.4, 0.6, 0.8, 1]))
    }

    @Test(arguments: [1, 2, 3])
    func shortTrainingsHaveFiniteRates(steps: Int) {
        let horizon = Horizon(stepsPerEpoch: steps, epochs: 1)
        for schedule in [Schedule.oneCycle(peak: 1), .cosine(1), .polynomial(1), .cosineRestarts(1, period: 1)] {
            for step in 0..<(steps + 3) {
                let rate = schedule.rate(at: step, of: horizon)
                #expect(rate >= 0 && rate <= 1)
            }
        }
    }

    /// Trainings, warm-ups and periods beyond any count: rates all the same.
    @Test func endlessTrainingsHaveFiniteRates() {
        let horizon = Horizon(stepsPerEpoch: 7, epochs: .max)
        for schedule in [
            Schedule.oneCycle(peak: 1), .cosine(1), .polynomial(1), .stages(1, count: .max), .decay(1),
            .cosineRestarts(1, period: .max), .cosineRestarts(1, period: 1, multiplier: .max),
        ] {
            for warmup in [0, 3, .max] {
                for step in [0, 1, 100, 1 << 40] {
                    let rate = schedule.warmedUp(over: warmup).rate(at: step, of: horizon)
                    #expect(rate >= 0 && rate <= 1)
                }
            }
        }
    }

    @Test func plateauReducesAfterItsPatience() {
        var state = PlateauState()
        let schedule = Schedule.plateau(1, factor: 0.5, patience: 2)
        var rates: [Double] = []
        for metric in [3.0, 2, 2, 2, 2, 1, 1, 1, 1] {
            state.observe(metric, patience: 2)
            rates.append(schedule.rate(at: 0, of: horizon, plateau: state))
        }
        #expect(rates == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25])
    }

    @Test func refusesWhatMakesNoSense() {
        let wrong: [Schedule] = [
            .constant(0), .constant(.nan), .step(1, every: 0), .step(1, every: 1, factor: 2),
            .multiStep(1, at: [5, 2]),
            .polynomial(1, power: 0), .cosine(1, end: 2), .cosineRestarts(1, period: 0), .plateau(1, factor: 1),
            .constant(1).warmedUp(over: -1), .inverseTime(1, k: -1), .exponential(1, factor: 0),
            .stages(1, count: 0), .stages(1, factor: 2), .decay(1, to: 0), .decay(1, to: 1.5),
        ]
        for schedule in wrong { #expect(throws: HyperparameterError.self) { try schedule.validate() } }
    }

    /// A schedule that leaves the momentum alone sets the same rates.
    @Test func theMomentumCanBeLeftAlone() {
        var schedule = Schedule.oneCycle(peak: 1)
        let rates = (0..<60).map { schedule.rate(at: $0, of: horizon) }
        schedule.drivesMomentum = false
        #expect((0..<60).allSatisfy { schedule.momentum(at: $0, of: horizon) == nil })
        #expect((0..<60).map { schedule.rate(at: $0, of: horizon) } == rates)
    }

    /// The largest numbers of steps and epochs give rates, not traps.
    @Test func noNumberIsTooLarge() {
        let endless = Horizon(stepsPerEpoch: .max, epochs: .max)
        #expect(endless.total == .max)
        for shape in [
            Schedule.constant(1), .oneCycle(peak: 1), .cosine(1), .step(1, every: .max),
            .cosineRestarts(1, period: .max, multiplier: .max),
        ] {
            for schedule in [shape, shape.warmedUp(over: .max)] {
                for step in [0, 1, Int.max - 1, .max] {
                    for horizon in [endless, Horizon(stepsPerEpoch: 1, epochs: 1)] {
                        #expect((0...1).contains(schedule.rate(at: step, of: horizon)))
                    }
                }
            }
        }
        #expect(throws: HyperparameterError.self) { try Schedule.constant(1).warmedUp(over: .max).validate() }
    }

    private func close(_ a: [Double], _ b: [Double]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-12 * max(abs($1), 1e-6) }
    }
}
