internal import ArgumentParser
internal import Foundation
internal import Lariat

/// The root of the command: `lariat train`, `evaluate`, `predict`, `path`, `inspect`, `bench`, `doctor`.
struct LariatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lariat",
        abstract: "Trains and serves regularised models on the CPU at the speed of native BLAS.",
        version: "lariat \(lariatVersion) (\(EngineReport.summary))",
        subcommands: [
            TrainCommand.self, EvaluateCommand.self, PredictCommand.self, PathCommand.self, InspectCommand.self,
            BenchCommand.self,
            DoctorCommand.self,
        ])
}

@main
enum Main {
    static func main() {
        Console.occupyClosedStreams()
        signal(SIGPIPE, SIG_IGN)  // a closed pipe is an error of the write, told like any other
        let arguments = CommandLine.arguments.dropFirst().flatMap(splittingEmptyValue)
        do {
            var command = try parse(arguments)
            try command.run()
        } catch {
            Failure.exit(for: error)
        }
    }

    /// Parses the arguments, with those of `--config FILE` in front of them, so that a flag wins.
    private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
        guard let config = try ConfigFile(in: arguments) else { return try LariatCommand.parseAsRoot(arguments) }
        return try LariatCommand.parseAsRoot(config.mergedArguments)
    }
}

/// `--hidden=` as `--hidden ""`: the parser takes the former for a flag without its value.
func splittingEmptyValue(_ argument: String) -> [String] {
    guard argument.hasPrefix("--"), argument.firstIndex(of: "=") == argument.indices.last else { return [argument] }
    return [String(argument.dropLast()), ""]
}
