import Lariat
import Models
import Reports
import Training

// The call sites of the README, on the data set named by the first argument.
let arguments = CommandLine.arguments
let table = try Table(contentsOf: arguments[1])
let data = try table.dataset(target: "target")
let (train, validation) = data.split(holdingOut: 0.2, seed: 7)

let fitted = try trainHere(on: train, validatingOn: validation)
try fitted.model.write(to: arguments[2])
print(line("R²", fitted.validation!["r2"]!))

// The same asynchronously: the same bits, and events on the way.
func trainElsewhere() async throws -> Fitted {
    var network = housingNetwork(inputs: train.featureCount)
    return try await housingTrainer(epochs: 50).fit(&network, on: train, validatingOn: validation)
}
guard try await trainElsewhere().model.encoded() == fitted.model.encoded() else { fatalError("the two fits differ") }
let run = try housingTrainer(epochs: 3).start(housingNetwork(inputs: train.featureCount), on: train)
var events = 0
for await _ in run.events { events += 1 }
guard try await run.fitted.history.count == 3, events > 3 else { fatalError("events are missing") }

// What was written is what is read.
let model = try Model(contentsOf: arguments[2])
guard try model.predict(table) == fitted.model.predict(table) else { fatalError("the file gives other predictions") }

// The same model made ready to serve.
let predictor = try Predictor(contentsOf: arguments[2])
let rows = Matrix<Float>(validation.features)
var y = Matrix<Float>(rows: rows.rows, columns: predictor.outputCount)
try predictor.predict(rows, into: &y)
let plain = try model.predict(rows).values
guard (0..<y.rows).allSatisfy({ abs(Double(y[$0, 0]) - plain[$0, 0]) < 1e-5 * abs(plain[$0, 0]) }) else {
    fatalError("the predictor differs from its model")
}

// Kernels with buffers of one's own.
let (count, width) = (32, 8)
let x = Matrix<Float>(rows: count, columns: 4) { Float($0 % 5) - Float($1) }
let weights = Matrix<Float>(rows: 4, columns: width) { 0.1 * Float($0 + $1) }
var hidden = Matrix<Float>(rows: count, columns: width)
multiply(x, weights, into: &hidden)  // hidden ← x·w
let (g, s) = ([Float](repeating: 1, count: width), [Float](repeating: 0, count: width))
var cache = BatchNormKernel.Cache<Float>(rows: count, columns: width)
var normalised = Matrix<Float>(rows: count, columns: width)
BatchNormKernel.forwardTraining(hidden, scale: g, shift: s, cache: &cache, into: &normalised)
var gradients = BatchNormKernel.Gradients<Float>(columns: width)
var dHidden = Matrix<Float>(rows: count, columns: width)
BatchNormKernel.backward(normalised, cache: cache, scale: g, into: &dHidden, adding: &gradients)
print(line("batch norm", Double(gradients.scale[0])))

// A regularisation path, every point with its certificate, and a model chosen by cross-validation.
let (features, targets) = (data.features, data.targets.column(0))
let path = try ElasticNetPath(l1Ratio: 1, count: 100).fit(features: features, targets: targets)
for step in path where step.dualityGap > 1e-7 {
    fatalError("strength \(step.strength) has a gap of \(step.dualityGap)")
}
let choice = try CrossValidation(folds: 10, seed: 7).choose(.lasso, features: features, targets: targets)
let chosen = choice.oneStandardError.model
guard choice.oneStandardError.point.support.count < path[path.count - 1].support.count,
    try chosen.predict(features).values.rows == data.count
else { fatalError("the chosen model is not sparse") }
print(line("one standard error", choice.oneStandardError.measured.strength))
