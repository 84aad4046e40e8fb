import Foundation
import Lariat
import Networks

/// `PeerWorkloads <workload> [--folder PATH] [--rounds N] [--seconds S] [--workers N] [--letters PATH] [--paced]`
///
/// Prints one line of JSON with the seconds of one unit in every round. With `--folder` the workload's data are written
/// there for the peers; with `--paced` it first prints a line when it is ready, and then measures one round, a line
/// each, for every line that it reads: the driver alternates us with the peers.
@main
enum Command {
    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("PeerWorkloads: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) throws {
        let options = try Options(arguments)
        if options.workload == "engine" { return try printLine(EngineFacts()) }
        let folder = try options.folder.map { try Exchange($0) }
        let workload = try makeWorkload(options, folder)
        if let folder { try folder.write(try workload.export(to: folder)) }
        if options.paced {
            try printLine(["ready": true])
            while readLine() != nil { try printLine(["seconds": try workload.measure(seconds: options.seconds)]) }
        } else {
            let rounds = try (0..<options.rounds).map { _ in try workload.measure(seconds: options.seconds) }
            try printLine(
                Result(
                    workload: options.workload, workers: options.workers, seconds: rounds,
                    median: rounds.sorted()[rounds.count / 2]))
        }
    }

    private struct Result: Encodable {
        let workload: String
        let workers: Int
        let seconds: [Double]
        let median: Double
    }

    private static func printLine(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        FileHandle.standardOutput.write(try encoder.encode(value) + Data("\n".utf8))
    }

    /// The workload of a name:
    /// ```
    /// train 784-512-256-10 @ 128 sgd                a step
    /// epoch letters 16-128-128-26 @ 128 adamw       an epoch
    /// reach 95 % letters 16-128-128-26 @ 128 adamw  a training
    /// epoch dense 784-512-256-10 @ 128 adam         an epoch without batch normalisation
    /// predict 784-512-256-10 @ 32                   a batch of 32 rows
    /// csv 1000000 x 20                              a file
    /// path 200 x 20000 ...                          a path of 100 strengths; the driver's problem says which
    /// cv 1000 x 5000                                a path of all rows and one without each fold
    /// ```
    private static func makeWorkload(_ options: Options, _ folder: Exchange?) throws -> any Workload {
        let words = options.workload.split(separator: " ")
        let workers = options.workers
        func shape(_ index: Int) throws -> NetworkShape {
            guard index < words.count, let shape = NetworkShape(words[index]) else { throw unknown(options.workload) }
            return shape
        }
        func number(_ index: Int) throws -> Int {
            guard index < words.count, let number = Int(words[index]), number > 0 else {
                throw unknown(options.workload)
            }
            return number
        }
        func letters(from index: Int) throws -> TrainingWorkload {
            let data = try PeerWorkloads.letters(options.letters)
            return TrainingWorkload(
                try shape(index), batch: try number(index + 2), optimizer: String(words[index + 3]), on: data.training,
                validatingOn: data.validation, unit: .epoch, rate: 3e-3, workers: workers)
        }
        switch (words.first, words.count) {
        case ("train", 5):
            return try TrainingWorkload(
                step: shape(1), batch: number(3), optimizer: String(words[4]), workers: workers)
        case ("epoch", 6) where words[1] == "letters": return try letters(from: 2)
        case ("epoch", 6) where words[1] == "dense":
            var dense = try shape(2)
            dense.normalized = false
            let batch = try number(4)
            let data = try dense.syntheticData(rows: 64 * batch)
            return TrainingWorkload(
                dense, batch: batch, optimizer: String(words[5]), on: data, unit: .epoch, workers: workers)
        case ("reach", 8) where words[3] == "letters":
            return ReachWorkload(try letters(from: 4), target: Double(try number(1)) / 100)
        case ("predict", 4): return try PredictionWorkload(shape(1), rows: number(3), workers: workers)
        case ("csv", 4):
            guard let folder else { throw Failure("\(options.workload) needs a --folder with the file data.csv") }
            return FileWorkload(folder)
        case ("path", 4...), ("cv", 4):
            guard let folder else { throw Failure("\(options.workload) needs a --folder with a problem.json") }
            return try PathWorkload(folder, validates: words[0] == "cv", workers: workers)
        default: throw unknown(options.workload)
        }
    }

    private static func unknown(_ name: String) -> Failure { Failure("there is no workload '\(name)'") }
}

/// The command line.
struct Options {
    var workload = ""
    var folder: String?
    var rounds = 5
    var seconds = 0.5
    var workers = Machine.workers
    var letters = "Data/letters.csv"
    var paced = false

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        func value<Value: LosslessStringConvertible>(of option: String, _ rest: inout ArraySlice<String>) throws
            -> Value
        {
            guard let text = rest.popFirst(), let value = Value(text) else { throw Failure("\(option) needs a value") }
            return value
        }
        while let argument = rest.popFirst() {
            switch argument {
            case "--folder": folder = try value(of: argument, &rest)
            case "--rounds": rounds = max(1, try value(of: argument, &rest))
            case "--seconds": seconds = try value(of: argument, &rest)
            case "--workers": workers = try value(of: argument, &rest)
            case "--letters": letters = try value(of: argument, &rest)
            case "--paced": paced = true
            case _ where workload.isEmpty && !argument.hasPrefix("--"): workload = argument
            default: throw Failure("unexpected argument '\(argument)'")
            }
        }
        if workload.isEmpty { throw Failure("name a workload, like 'train 784-512-256-10 @ 128 sgd', or 'engine'") }
    }
}

/// Why a workload cannot run.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
