import Lariat
import LariatTestSupport
import Testing

/// Metrics against scikit-learn's numbers (generate_metrics.py), and where those have none.
@Suite("Metrics")
struct MetricsTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name, task: String
        let columns: Int
        let targets, predictions: [Double]
        let weights: [Double]?
        let values: [String: Double]
        let confusion: [[Int]]
        var testDescription: String { name }
    }

    static let cases: [Case] = try! reference("metrics", as: [Case].self)

    @Test(arguments: cases)
    func agreeWithScikitLearn(reference: Case) throws {
        let task = try #require(PredictionTask(rawValue: reference.task))
        let metrics = Self.metrics(
            reference.predictions, columns: reference.columns, reference.targets, task, reference.weights)
        #expect(Set(metrics.dictionary.keys) == Set(reference.values.keys))
        for (name, value) in reference.values { #expect(abs(metrics[name]! - value) <= 1e-12 * max(1, abs(value))) }
        #expect(metrics.confusion == reference.confusion)
        #expect(metrics.rows == reference.predictions.count / reference.columns)
    }

    @Test func oneClassAloneHasNoCurve() {
        #expect(Self.metrics([0.3, 0.7, 0.6, 0.4], columns: 2, [1, 1], .binary)["auc"] == 0.5)
    }

    @Test func aConstantTargetHasNoVarianceToExplain() {
        let metrics = Self.metrics([1, 3], columns: 1, [2, 2], .regression)
        #expect(metrics["r2"] == 0 && metrics["rmse"] == 1 && metrics["mae"] == 1)
    }

    /// −log 10⁻¹⁵, and not infinity.
    @Test func aProbabilityOfZeroCostsAsMuchAsTheSmallest() {
        #expect(abs(Self.metrics([1, 0], columns: 2, [1], .binary)["logLoss"]! - 34.538776394910684) < 1e-12)
    }

    private static func metrics(
        _ predictions: [Double], columns: Int, _ targets: [Double], _ task: PredictionTask, _ weights: [Double]? = nil
    ) -> Metrics {
        let values = Matrix(rows: predictions.count / columns, columns: columns, predictions)
        let classes =
            task == .regression
            ? [] : (0..<values.rows).map { row in (0..<columns).max { values[row, $0] < values[row, $1] } ?? 0 }
        return Metrics(
            Prediction(values: values, classes: classes, rows: Array(0..<values.rows), warnings: []),
            targets: Matrix(rows: values.rows, columns: targets.count / values.rows, targets), task: task,
            weights: weights)
    }
}
