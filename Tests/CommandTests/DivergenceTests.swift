import Foundation
import Testing

/// A training that diverges: an error when no epoch was good, else a model of the last good one.
@Suite("Divergence through the command")
struct DivergenceTests {
    static let optimizers = ["sgd", "momentum", "nesterov", "rmsprop", "adam"]

    private func train(_ run: CommandRun, _ optimizer: String, _ rate: String, warmup: String) throws
        -> CommandRun.Result
    {
        try run(
            "train", CommandRun.data("diabetes.csv"), "--target", "target", "--hidden", "8", "--no-batch-norm",
            "--activation", "leaky-relu", "--optimizer", optimizer, "--learning-rate", rate, "--schedule", "constant",
            "--warmup", warmup, "--epochs",
            "3000", "--seed", "1", "--quiet", "--json")
    }

    @Test(arguments: optimizers)
    func withoutAGoodEpochItFails(optimizer: String) throws {
        let run = try CommandRun()
        defer { run.clean() }
        let result = try train(run, optimizer, "1e30", warmup: "0")
        #expect(result.code == 1 && result.output.isEmpty)
        #expect(result.errors.hasPrefix("lariat: the training diverged in epoch 1, step "))
        #expect(try run.files().isEmpty)
    }

    @Test(arguments: optimizers)
    func afterAGoodEpochItKeepsIt(optimizer: String) throws {
        let run = try CommandRun()
        defer { run.clean() }
        // Step t has the rate slope·(t + 1); steps of rmsprop and adam are as long as the rate, whatever the gradient.
        let isAdaptive = optimizer == "rmsprop" || optimizer == "adam"
        let result = try train(run, optimizer, isAdaptive ? "1e8" : "1e6", warmup: "1000000000")
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.json["stopped"] as? String == "diverged")
        #expect(try run("evaluate", "model.safetensors", CommandRun.data("diabetes.csv"), "--json").code == 0)
    }
}
