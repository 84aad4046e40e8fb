import LariatModels
import LariatTraining
import LariatTestSupport
import LinearAlgebra
import Testing

/// What a gaussian path takes beside strengths: weights, offsets, factors, bounds, storage, and what each of them must
/// agree with.
@Suite("Gaussian paths with weights, offsets, factors and bounds")
struct GaussianVariantTests {
    static let shapes = [(60, 20), (30, 80)]

    private func problem(_ rows: Int, _ columns: Int, seed: UInt64 = 3) -> GaussianCase {
        StressDesign.gaussian.problem(rows: rows, columns: columns, seed: seed)
    }

    /// Solves to 1e-12 in both modes and in all storages that hold the numbers exactly, checks every point, and returns
    /// the first path.
    @discardableResult
    private func solve(_ problem: GaussianCase, ratio: Double = 0.02, label: String = "") throws -> [[Double]] {
        let strengths = try problem.strengths(15, ratio: ratio)
        let check = GaussianCheck(problem)
        var first: [[Double]] = []
        for mode in [GaussianPathSettings.Mode.workingSet, .gram] {
            for storage in [GaussianCase.Storage.double, .sparse] where mode == .workingSet || storage == .double {
                var settings = GaussianPathSettings()
                settings.mode = mode
                let path = try problem.solve(strengths, tolerance: 1e-12, storage, settings: settings)
                for point in path {
                    let result = check(point)
                    #expect(result.relativeGap <= 1.1e-12, "\(label) \(mode) \(storage) \(point.certificate)")
                    #expect(result.violation <= 1e-5, "\(label) \(mode) \(storage) \(point.certificate)")
                    #expect(point.certificate.stop == .converged)
                    let primal = point.certificate.primal
                    #expect(abs(point.certificate.relativeGap - result.relativeGap) <= 1e-12)
                    #expect(abs(primal - point.certificate.dual) <= 1e-11 * max(1, primal))
                }
                if first.isEmpty { first = path.map { [$0.intercepts[0]] + $0.dense(problem.columns) } }
            }
        }
        return first
    }

    private func expectEqual(_ a: [[Double]], _ b: [[Double]], within tolerance: Double = 1e-6, _ label: String = "") {
        #expect(a.count == b.count)
        for (left, right) in zip(a, b) {
            #expect(zip(left, right).allSatisfy { abs($0 - $1) <= tolerance }, "\(label)")
        }
    }

    @Test(arguments: shapes)
    func withAndWithoutInterceptAndScale(rows: Int, columns: Int) throws {
        for hasIntercept in [true, false] {
            for isStandardized in [true, false] {
                for l1Ratio in [1, 0.5] {
                    var problem = problem(rows, columns)
                    for i in 0..<rows { problem.x[i][1] = 5 + 3 * problem.x[i][1] }
                    (problem.hasIntercept, problem.isStandardized) = (hasIntercept, isStandardized)
                    problem.l1Ratio = l1Ratio
                    try solve(problem, label: "\(hasIntercept) \(isStandardized) \(l1Ratio)")
                }
            }
        }
    }

    @Test(arguments: shapes)
    func weightTwoIsARowTwice(rows: Int, columns: Int) throws {
        var weighted = problem(rows, columns)
        weighted.weights = (0..<rows).map { $0 % 5 == 0 ? 2 : $0 % 7 == 3 ? 0 : 1 }
        var repeated = GaussianCase(x: [], y: [])
        for i in 0..<rows {
            for _ in 0..<Int(weighted.weights![i]) {
                repeated.x.append(weighted.x[i])
                repeated.y.append(weighted.y[i])
            }
        }
        expectEqual(try solve(weighted), try solve(repeated))
    }

    @Test func weightsHaveNoScale() throws {
        var problem = problem(40, 30)
        problem.weights = (0..<40).map { 1 + Double($0 % 3) }
        let once = try solve(problem)
        problem.weights = problem.weights!.map { 1000 * $0 }
        expectEqual(once, try solve(problem), within: 1e-9)
    }

    @Test(arguments: shapes)
    func offsetsAreTakenFromTargets(rows: Int, columns: Int) throws {
        var offset = problem(rows, columns)
        offset.offsets = (0..<rows).map { Double($0 % 4) }
        var plain = offset
        plain.offsets = nil
        plain.y = zip(offset.y, offset.offsets!).map { $0 - $1 }
        expectEqual(try solve(offset), try solve(plain), within: 1e-9)
    }

    @Test(arguments: shapes)
    func factors(rows: Int, columns: Int) throws {
        for hasIntercept in [true, false] {
            for l1Ratio in [1, 0.5] {
                var problem = problem(rows, columns)
                (problem.hasIntercept, problem.l1Ratio) = (hasIntercept, l1Ratio)
                // Two of the unpenalised ones are equal, so that one of them stays at zero.
                for i in 0..<rows { problem.x[i][6] = problem.x[i][0] }
                problem.factors = (0..<columns).map { [0, 1, 2, 0.5, .infinity, 1][$0 % 6] * ($0 < 12 ? 1 : 1) }
                for j in 12..<columns where problem.factors![j] == 0 { problem.factors![j] = 3 }
                let path = try solve(problem, label: "\(hasIntercept) \(l1Ratio)")
                #expect(path.allSatisfy { $0[1 + 4] == 0 && $0[1 + 10] == 0 }, "excluded")
                #expect(path[0][1] != 0, "unpenalised, also at the largest strength")
                let penalized = (0..<columns).filter { problem.factors![$0] > 0 }
                #expect(
                    path[0].indices.dropFirst().allSatisfy { !penalized.contains($0 - 1) || abs(path[0][$0]) < 1e-9 })
            }
        }
    }

    @Test(arguments: shapes)
    func nonNegative(rows: Int, columns: Int) throws {
        for l1Ratio in [1, 0.5] {
            var problem = problem(rows, columns)
            problem.l1Ratio = l1Ratio
            problem.bounds = (Array(repeating: 0, count: columns), Array(repeating: .infinity, count: columns))
            for j in stride(from: 0, to: columns, by: 3) {
                (problem.bounds!.lower[j], problem.bounds!.upper[j]) = (-.infinity, 0)
            }
            (problem.bounds!.lower[1], problem.bounds!.upper[1]) = (0, 0)
            let path = try solve(problem, label: "\(l1Ratio)")
            for point in path {
                for j in 0..<columns {
                    #expect(point[1 + j] >= problem.bounds!.lower[j] && point[1 + j] <= problem.bounds!.upper[j])
                }
            }
            #expect(path.last!.dropFirst().contains { $0 > 0 } && path.last!.dropFirst().contains { $0 < 0 })
        }
    }

    @Test(arguments: shapes)
    func boxes(rows: Int, columns: Int) throws {
        for l1Ratio in [1, 0.5] {
            var problem = problem(rows, columns)
            problem.l1Ratio = l1Ratio
            problem.bounds = (Array(repeating: -0.1, count: columns), Array(repeating: 0.2, count: columns))
            for j in stride(from: 0, to: columns, by: 5) { problem.bounds!.upper[j] = .infinity }
            for j in stride(from: 1, to: columns, by: 5) { problem.bounds!.lower[j] = 0 }
            let path = try solve(problem, label: "\(l1Ratio)")
            for point in path {
                for j in 0..<columns {
                    #expect(point[1 + j] >= problem.bounds!.lower[j] && point[1 + j] <= problem.bounds!.upper[j])
                }
            }
            #expect(path.last!.dropFirst().contains(0.2) && path.last!.dropFirst().contains(-0.1))
        }
    }

    /// Boxes that no solution reaches change nothing: coordinate descent against Newton steps.
    @Test(arguments: shapes)
    func wideBoxes(rows: Int, columns: Int) throws {
        var problem = problem(rows, columns)
        let free = try solve(problem)
        problem.bounds = (Array(repeating: -100, count: columns), Array(repeating: 100, count: columns))
        expectEqual(free, try solve(problem))
    }

    /// A factor of zero with a bound is neither penalised nor free.
    @Test func boundedWithoutPenalty() throws {
        var problem = problem(60, 20)
        problem.factors = (0..<20).map { $0 < 4 ? 0 : 1 }
        problem.bounds = (Array(repeating: -.infinity, count: 20), Array(repeating: .infinity, count: 20))
        for j in 0..<3 { problem.bounds!.lower[j] = 0 }
        let strengths = try problem.strengths(10, ratio: 0.02)
        for point in try problem.solve(strengths, tolerance: 1e-10) {
            let result = GaussianCheck(problem)(point)
            #expect(result.relativeGap <= 1e-9 && point.certificate.stop == .converged, "\(point.certificate)")
            #expect(point.dense(20)[..<3].allSatisfy { $0 >= 0 })
        }
    }

    @Test func constantAndDuplicateColumns() throws {
        var problem = problem(40, 25)
        for i in 0..<40 {
            problem.x[i][3] = 7.3
            problem.x[i][4] = 0
            problem.x[i][9] = problem.x[i][8]
            problem.x[i][10] = -problem.x[i][8]
        }
        let path = try solve(problem)
        #expect(path.allSatisfy { $0[1 + 3] == 0 && $0[1 + 4] == 0 })
    }

    /// Float storage: exact for the numbers stored, so that the check starts from those.
    @Test(arguments: shapes)
    func storedInFloat(rows: Int, columns: Int) throws {
        var problem = problem(rows, columns)
        // Centred columns of few bits, which Float holds exactly.
        problem.x = problem.x.map { $0.map { ($0 * 16).rounded() / 16 } }
        for j in 0..<columns {
            for i in 0..<rows / 2 { problem.x[i + rows / 2][j] = -problem.x[i][j] }
        }
        let strengths = try problem.strengths(15, ratio: 0.02)
        let inDouble = try problem.solve(strengths, tolerance: 1e-12)
        for mode in [GaussianPathSettings.Mode.workingSet, .gram] {
            var settings = GaussianPathSettings()
            settings.mode = mode
            let inFloat = try problem.solve(strengths, tolerance: 1e-12, .float, settings: settings)
            expectEqual(inDouble.map { $0.dense(columns) }, inFloat.map { $0.dense(columns) }, "\(mode)")
            for point in inFloat { #expect(GaussianCheck(problem)(point).relativeGap <= 1.1e-12, "\(mode)") }
        }
    }
}
