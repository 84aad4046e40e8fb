import LariatModels
import LariatTraining
import Testing

/// Every point of many hard paths within its tolerance by ``GaussianCheck``, in every mode of the solver.
@Suite("Gaussian paths on hard designs")
struct GaussianStressTests {
    struct Setting: Sendable, CustomTestStringConvertible {
        var name: String
        var tolerance = 1e-7
        var ratio = 1e-2
        var l1Ratio = 1.0
        var mode = GaussianPathSettings.Mode.workingSet
        var lookAhead = 4
        var freeSteps = 12
        var safeSteps = 50
        var storage = GaussianCase.Storage.double
        var testDescription: String { name }

        var path: GaussianPathSettings {
            var settings = GaussianPathSettings()
            (settings.mode, settings.lookAhead) = (mode, lookAhead)
            (settings.freeSteps, settings.safeSteps) = (freeSteps, safeSteps)
            return settings
        }
    }

    static let settings = [
        Setting(name: "working set", ratio: 1e-3),
        Setting(name: "working set to 1e-10", tolerance: 1e-10, ratio: 1e-4),
        Setting(name: "working set to 1e-12", tolerance: 1e-12),
        Setting(name: "one strength at a time", lookAhead: 1),
        Setting(name: "eight strengths ahead", tolerance: 1e-10, lookAhead: 8),
        Setting(name: "full Gram matrix", ratio: 1e-3, mode: .gram),
        Setting(name: "full Gram matrix to 1e-12", tolerance: 1e-12, mode: .gram),
        Setting(name: "sparse", tolerance: 1e-10, storage: .sparse),
        Setting(name: "safe mode alone", tolerance: 1e-10, freeSteps: 0),
        Setting(name: "coordinate descent alone", freeSteps: 0, safeSteps: 0),
        Setting(name: "elastic net", tolerance: 1e-10, ratio: 1e-3, l1Ratio: 0.5),
        Setting(name: "elastic net on the full Gram matrix", l1Ratio: 0.9, mode: .gram),
        Setting(name: "elastic net in safe mode", tolerance: 1e-10, l1Ratio: 0.5, freeSteps: 0),
    ]

    static let shapes = [(20, 60), (30, 200), (40, 40), (80, 80), (60, 15), (150, 40)]

    @Test(arguments: settings)
    func everyPoint(setting: Setting) throws {
        for design in StressDesign.allCases {
            for (number, (rows, columns)) in Self.shapes.enumerated() {
                for seed in 1...4 {
                    let label = "\(design) \(rows) × \(columns), seed \(seed)"
                    var problem = design.problem(rows: rows, columns: columns, seed: UInt64(10 * number + seed))
                    problem.l1Ratio = setting.l1Ratio
                    let strengths = try problem.strengths(40, ratio: setting.ratio, setting.storage)
                    let path = try problem.solve(
                        strengths, tolerance: setting.tolerance, setting.storage, settings: setting.path)
                    let check = GaussianCheck(problem)
                    for point in path {
                        // Rounding of the check's own sums is at 1e-15 of the null objective times the condition.
                        let gap = check(point).relativeGap
                        #expect(gap <= setting.tolerance + 1e-13, "\(label), \(point.strength / strengths[0])")
                        #expect(point.certificate.stop == .converged, "\(label): \(point.certificate)")
                    }
                }
            }
        }
    }
}
