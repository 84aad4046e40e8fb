import Foundation
import LariatTestSupport
import LinearAlgebra
import RegularizedLoss
import Testing

/// The objectives of other systems, written out as their documentation has them, against ours at the translated strength:
/// one is a multiple of the other plus a constant for any weights, so that their minimisers are the same.
@Suite("Translations of objectives")
struct TranslationTests {
    static let nets = [0.0, 0.3, 1.0].flatMap { ratio in [0.07, 1.9].map { ElasticNet(strength: $0, l1Ratio: ratio) } }

    @Test(arguments: nets)
    func scikitLearn(net: ElasticNet) throws {
        let data = Example()
        let n = Double(data.rows)
        let theirs = ScikitLearn.ElasticNet(net)
        data.expectSame(net, multiple: 1) {
            $0.squares / (2 * n) + theirs.alpha * theirs.l1Ratio * $0.magnitude
                + 0.5 * theirs.alpha * (1 - theirs.l1Ratio) * $0.square
        }
        #expect(ScikitLearn.ElasticNet(alpha: theirs.alpha, l1Ratio: theirs.l1Ratio).penalty == net)

        let logistic = ScikitLearn.LogisticRegression(net, rows: n)
        data.expectSame(net, .binaryCrossEntropy(), multiple: logistic.c * n) {
            logistic.c * $0.logLoss + 0.5 * (1 - logistic.l1Ratio) * $0.square + logistic.l1Ratio * $0.magnitude
        }
        expectEqual(logistic.penalty(rows: n), net)

        guard net.l1Ratio == 0 else {
            #expect(ScikitLearn.Ridge(net, rows: n) == nil && ScikitLearn.MLP(net, batchSize: 8) == nil)
            return
        }
        let ridge = try #require(ScikitLearn.Ridge(net, rows: n))
        data.expectSame(net, multiple: 2 * n) { $0.squares + ridge.alpha * $0.square }
        expectEqual(ridge.penalty(rows: n), net)

        let mlp = try #require(ScikitLearn.MLP(net, batchSize: data.rows))
        data.expectSame(net, multiple: 1) { $0.squares / 2 / n + mlp.alpha / (2 * n) * $0.square }
        expectEqual(mlp.penalty(batchSize: data.rows), net)
    }

    /// glmnet's steps in closed form for one standardised feature c = Σωxy, on targets divided by their deviation.
    @Test(arguments: nets)
    func glmnet(net: ElasticNet) {
        for deviation in [0.2, 1, 158] {
            let theirs = Glmnet(net, family: .gaussian(deviation: deviation))
            for c in [-3.0, 0.01, 0.4, 2] {
                let lambda = theirs.lambda / deviation
                let scaled = Self.soft(c / deviation, lambda * theirs.alpha) / (1 + lambda * (1 - theirs.alpha))
                let ours = Self.soft(c, net.l1) / (1 + net.ridge)
                #expect(abs(scaled * deviation - ours) <= 1e-14 * max(1, abs(ours)))
            }
            expectEqual(theirs.penalty, net)
        }
        for family in [Glmnet.Family.binomial, .multinomial, .poisson] {
            let theirs = Glmnet(net, family: family)
            #expect(abs(theirs.lambda - net.strength) <= 1e-15 * net.strength)
            #expect(abs(theirs.alpha - net.l1Ratio) <= 1e-15)
            expectEqual(theirs.penalty, net)
        }
        #expect(Glmnet.penaltyFactors([0, 1, 3]) == [0, 0.75, 2.25])
        #expect(Glmnet.penaltyFactors([.infinity, -1, 3]) == [.infinity, 0, 2.25])
    }

    @Test(arguments: nets)
    func celerAndMlpack(net: ElasticNet) throws {
        let data = Example()
        let n = Double(data.rows)
        let theirs = Celer.ElasticNet(net)
        data.expectSame(net, multiple: 1) {
            $0.squares / (2 * n) + theirs.alpha * theirs.l1Ratio * $0.magnitude
                + theirs.alpha * (1 - theirs.l1Ratio) / 2 * $0.square
        }
        #expect(theirs.penalty == net)
        let lars = Mlpack(net, rows: data.rows)
        data.expectSame(net, multiple: n) {
            $0.squares / 2 + lars.lambda1 * $0.magnitude + lars.lambda2 / 2 * $0.square
        }
        expectEqual(lars.penalty(rows: data.rows), net)
        guard net.l1Ratio == 1 else {
            #expect(Celer.LogisticRegression(net, rows: data.rows) == nil)
            return
        }
        let logistic = try #require(Celer.LogisticRegression(net, rows: data.rows))
        data.expectSame(net, .binaryCrossEntropy(), multiple: n) { $0.logLoss + logistic.alpha * $0.magnitude }
        expectEqual(logistic.penalty(rows: data.rows), net)
        expectEqual(Celer.LogisticRegression(alpha: logistic.alpha).penalty(rows: data.rows), net)
    }

    @Test(arguments: nets)
    func frameworks(net: ElasticNet) throws {
        let data = Example()
        let n = Double(data.rows)
        // One output: their mean squared error is twice ours, and its penalties, too.
        let mse = FrameworkLoss.meanSquaredError(outputs: 1)
        let keras = Keras(net, loss: mse)
        data.expectSame(net, multiple: 2) { $0.squares / n + keras.l1 * $0.magnitude + keras.l2 * $0.square }
        expectEqual(keras.penalty(loss: mse), net)
        let crossed = Keras(net, loss: .crossEntropy)
        data.expectSame(net, .binaryCrossEntropy(), multiple: 1) {
            $0.logLoss / n + crossed.l1 * $0.magnitude + crossed.l2 * $0.square
        }
        // As terms of an objective: the sum of the same.
        let w = [0.3, -2, 0]
        let terms = crossed.penalties(loss: .crossEntropy).reduce(0) { sum, penalty in
            switch penalty.kind {
            case .l1(let l1): sum + l1.value(3, w)
            case .l2(let l2): sum + l2.value(3, w)
            default: .nan
            }
        }
        #expect(abs(terms - net.value(3, w)) < 1e-14)

        guard net.l1Ratio == 0 else {
            #expect(PyTorch(net, loss: mse) == nil)
            return
        }
        let torch = try #require(PyTorch(net, loss: mse))
        data.expectSame(net, multiple: 2) { $0.squares / n + torch.weightDecay / 2 * $0.square }
        expectEqual(torch.penalty(loss: mse), net)
        // The fixed point of their step on one weight: x̄y-gradient + wd·w = 0 with loss (w − 1)².
        let w1 = 2 / (2 + torch.weightDecay)
        #expect(abs((w1 - 1) + net.ridge * w1) < 1e-14)
        let term = torch.penalties(loss: mse)[0]
        #expect(term.kind == .l2(L2(net.ridge / 2)) && term.scope.contains(.bias, layer: 3))
    }

    /// K outputs: their mean is over outputs, too, ours is half the sum.
    @Test func severalOutputs() {
        let loss = FrameworkLoss.meanSquaredError(outputs: 4)
        let (errors, rows) = ([0.5, -1, 2, 0.25, 1, 1, -3, 0.125], 2.0)
        let squares = errors.reduce(0) { $0 + $1 * $1 }
        #expect(0.5 * squares / rows == loss.ratio * squares / (rows * 4))
        #expect(Keras(l1: 1, l2: 3).penalty(loss: loss) == ElasticNet(l1: 2, ridge: 12))
        #expect(PyTorch(weightDecay: 0.5).penalty(loss: loss) == ElasticNet(strength: 1, l1Ratio: 0))
    }

    /// Minimisers in closed form: x [n] a column of ones without intercept, so that the mean of the targets is all there is.
    @Test func closedForms() {
        let (n, mean) = (50.0, 0.3)
        // LogisticRegression(C, penalty="l1"): C·n(p − ȳ) − 1 = 0 on the negative side.
        let logistic = ScikitLearn.LogisticRegression(c: 0.4, l1Ratio: 1).penalty(rows: n)
        let p = mean + 1 / (0.4 * n)
        #expect(abs(p - mean - logistic.l1) < 1e-15)
        // Ridge(alpha): −2n(ȳ − w) + 2αw = 0.
        let ridge = ScikitLearn.Ridge(alpha: 7).penalty(rows: n)
        #expect(abs(n * mean / (n + 7) - mean / (1 + ridge.ridge)) < 1e-15)
        // Lasso(alpha): S(ȳ, α).
        let lasso = ScikitLearn.ElasticNet(alpha: 0.1).penalty
        #expect(abs(Self.soft(mean, 0.1) - Self.soft(mean, lasso.l1) / (1 + lasso.ridge)) < 1e-15)
        #expect(ScikitLearn.LogisticRegression(c: .infinity).penalty(rows: n).strength == 0)
        #expect(ElasticNet(l1: 0, ridge: 0) == ElasticNet(strength: 0, l1Ratio: 1))
        #expect(Glmnet(lambda: 0, alpha: 0.5, family: .poisson).penalty == ElasticNet(strength: 0, l1Ratio: 0.5))
    }

    static func soft(_ z: Double, _ t: Double) -> Double { z > t ? z - t : z < -t ? z + t : 0 }

    private func expectEqual(_ left: ElasticNet, _ right: ElasticNet) {
        #expect(abs(left.strength - right.strength) <= 4e-16 * right.strength)
        #expect(abs(left.l1Ratio - right.l1Ratio) <= 4e-16)
    }
}

/// A design of three features with targets in both forms, and the sums that objectives are made of.
private struct Example {
    let rows = 8
    let x: Matrix<Double> = randomMatrix(8, 3, seed: 1)
    let targets = [0.3, -1, 2, 0.5, -0.25, 1.5, -2, 0]
    let classes = [0.0, 1, 1, 0, 1, 0, 0, 1]

    struct Sums {
        /// Σ(y − ŷ)²
        var squares: Double
        /// Σ log(1 + e^ŷ) − y·ŷ
        var logLoss: Double
        /// Σ|w|
        var magnitude: Double
        /// Σw²
        var square: Double
    }

    /// Expects theirs(w) = multiple·ours(w) at several w, ours by our own losses and penalty.
    func expectSame(
        _ net: ElasticNet, _ loss: Loss = .squaredError, multiple: Double,
        sourceLocation: SourceLocation = #_sourceLocation, _ theirs: (Sums) -> Double
    ) {
        for seed in 0..<6 {
            let w = (randomMatrix(1, 3, seed: UInt64(seed)) as Matrix<Double>).elements.map { $0 * 2 }
            var predicted = [Double](repeating: 0, count: rows)
            multiply(x, w, into: &predicted)
            let sums = Sums(
                squares: zip(targets, predicted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) },
                logLoss: zip(classes, predicted).reduce(0) { $0 + log(1 + exp($1.1)) - $1.0 * $1.1 },
                magnitude: w.reduce(0) { $0 + abs($1) }, square: w.reduce(0) { $0 + $1 * $1 })
            let expected = loss == .squaredError ? targets : classes
            let total = Matrix(rows: rows, columns: 1, predicted).withView { outputs in
                Matrix(rows: rows, columns: 1, expected).withView { loss.value(outputs: outputs, targets: $0) }
            }
            let ours = multiple * (total / Double(rows) + net.value(3, w))
            #expect(abs(theirs(sums) - ours) <= 1e-13 * ours, sourceLocation: sourceLocation)
        }
    }
}
