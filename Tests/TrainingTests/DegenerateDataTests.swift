import Lariat
import LariatTestSupport
import Testing

/// Data that leave a model little or nothing to learn from.
@Suite("Degenerate data")
struct DegenerateDataTests {
    /// How the columns of x are made of noise.
    enum Columns: CaseIterable {
        case constant, allZero, duplicate, collinear, oneOfAKind, wide, ordinary

        func matrix(_ rows: Int) -> Matrix<Double> {
            let noise: Matrix<Double> = randomMatrix(rows, self == .wide ? 4 * rows + 20 : 4, seed: UInt64(rows))
            return Matrix(rows: rows, columns: noise.columns) { row, column in
                switch (self, column) {
                case (.constant, 1): 7.25
                case (.allZero, 1): 0
                case (.duplicate, 1): noise[row, 0]
                case (.collinear, 1): 2 * noise[row, 0] - noise[row, 2] + 1
                case (.oneOfAKind, _): 3
                default: noise[row, column]
                }
            }
        }
    }

    static let penalties: [[Penalty]] = [[], [.l2(0.1)], [.l1(0.01)]]

    /// Linear models and networks over all kinds of columns and sizes: finite, and constant columns without weight.
    @Test(arguments: Columns.allCases, [2, 3, 10, 50])
    func resultsAreFinite(columns: Columns, rows: Int) throws {
        let x = columns.matrix(rows)
        let data = try Dataset(
            features: x, targets: Matrix(rows: rows, columns: 1) { row, _ in x[row, 0] + Double(row % 3) })
        for penalties in Self.penalties {
            for isLinear in [true, false] {
                var network = NeuralNetwork<Double>(inputs: x.columns, seed: 1) {
                    if !isLinear { Dense(5); BatchNorm(); ReLU() }
                    Dense(1)
                }
                let trainer = Trainer(objective: Objective(.squaredError, penalties: penalties), epochs: 10)
                let model = try trainer.fit(&network, on: data).model
                #expect(network.parameters.elements.allSatisfy { $0.isFinite })
                #expect(try model.predict(x).values.firstNonFinite == nil)
                let weights = network[network.layout.tensors[0]]
                let constant = (0..<x.columns).filter { Set(x.column($0)).count == 1 }
                #expect(constant.count == [.constant: 1, .allZero: 1, .oneOfAKind: 4][columns] ?? 0)
                #expect(constant.allSatisfy { weights.row($0).allSatisfy { $0 == 0 } })
            }
        }
    }

    /// One row: its target is all there is to learn.
    @Test(arguments: [1, 3, 40])
    func oneRow(columns: Int) throws {
        let data = try Dataset(features: randomMatrix(1, columns, seed: 1), targets: Matrix([[4.5]]))
        var network = Network(inputs: columns, seed: 1) { Dense(1) }
        let model = try Trainer(objective: Objective(.squaredError), epochs: 5).fit(&network, on: data).model
        #expect(abs(try model.predict(data.features).values[0, 0] - 4.5) < 1e-6)
    }

    @Test func constantTargets() throws {
        let data = try Dataset(
            features: randomMatrix(20, 3, seed: 1), targets: Matrix(rows: 20, columns: 1, repeating: 2.5))
        var network = Network(inputs: 3, seed: 1) { Dense(1) }
        let trainer = Trainer(
            objective: Objective(.squaredError), optimizer: .sgd, schedule: .constant(0.3), batchSize: 20, epochs: 300)
        let fitted = try trainer.fit(&network, on: data)
        #expect(fitted.training["rmse"]! < 1e-5 && fitted.training["r2"] == 0)
    }

    @Test func nothingAtAll() {
        for (rows, columns) in [(0, 0), (0, 3), (3, 0)] {
            #expect(throws: DataError.self) {
                try Dataset(features: Matrix(rows: rows, columns: columns), targets: Matrix(rows: rows, columns: 1))
            }
        }
        #expect(throws: DataError.self) {
            try Dataset(features: Matrix(rows: 3, columns: 2), targets: Matrix(rows: 3, columns: 0))
        }
    }

    /// With a ridge the solution is unique, (ZᵀZ/n + 2λI)·w = Zᵀy/n on the standardised data, and any start ends there:
    /// with constant, duplicate and collinear columns, and with more columns than rows.
    @Test(arguments: [Columns.constant, .allZero, .duplicate, .collinear, .wide, .ordinary], [2, 10, 50])
    func ridgeIsUnique(columns: Columns, rows: Int) throws {
        let x = columns.matrix(rows)
        let y = Matrix<Double>(rows: rows, columns: 1) { row, _ in x[row, 0] + Double(row % 3) }
        let n = Double(rows)
        let z: Matrix<Double> = try Standardization(of: x, names: Array(repeating: "x", count: x.columns)).apply(x)
        let target: Matrix<Double> = try Standardization(of: y, names: ["y"]).apply(y)
        let products = gram(z)
        let system = Matrix<Double>(rows: x.columns, columns: x.columns) {
            products[$0, $1] / n + ($0 == $1 ? 2 * 0.1 : 0)
        }
        let correlations = Matrix<Double>(rows: x.columns, columns: 1) { column, _ in
            zip(z.column(column), target.elements).reduce(0) { $0 + $1.0 * $1.1 } / n
        }
        let exact = try Cholesky(system).solve(correlations).elements
        // Below 2 over the largest eigenvalue, which the trace bounds.
        let rate = 1 / (0...(x.columns - 1)).reduce(0) { $0 + system[$1, $1] }
        for seed in UInt64(1)...2 {
            var network = NeuralNetwork<Double>(inputs: x.columns, seed: seed) { Dense(1) }
            let trainer = Trainer(
                objective: Objective(.squaredError, penalties: [.l2(0.1)]), optimizer: .sgd,
                schedule: .constant(rate), batchSize: rows, epochs: Int(20 / (0.2 * rate)))
            _ = try trainer.fit(&network, on: Dataset(features: x, targets: y))
            #expect(relativeDifference(network[network.layout.tensors[0]].elements, exact) <= 1e-7)
        }
    }
}
