internal import ArgumentParser
internal import Foundation
internal import Lariat
internal import LariatBench

/// How the command ends when it does not succeed: one or two lines on stderr, and an exit code (sysexits).
struct Failure: Error {
    enum Code: Int32 {
        case failed = 1
        case usage = 64
        case badData = 65
        case noInput = 66
        case internalError = 70
        case cannotWrite = 74
        case busy = 75
        case badConfig = 78
        case interrupted = 130
    }

    let code: Code
    let message: String

    init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    /// Nobody reads stdout any more: the command ends, and says nothing.
    static let brokenPipe = Failure(.cannotWrite, "")

    /// Prints the error and leaves.
    static func exit(for error: any Error) -> Never {
        let failure = of(error)
        if !failure.message.isEmpty { Console.error("lariat: \(failure.message)") }
        Foundation.exit(failure.code.rawValue)
    }

    /// What an error of any kind means for the command.
    static func of(_ error: any Error) -> Failure {
        switch error {
        case let failure as Failure: failure
        case let error as DataError: Failure(error.kind == .noInput ? .noInput : .badData, error.description)
        case let error as ModelFileError: Failure(error.isMissing ? .noInput : .badData, error.description)
        case let error as WriteError: Failure(.cannotWrite, error.description)
        case let error as BusyError: Failure(.busy, error.description)
        case let error as TrainingError: of(error)
        case let error as ObjectiveError: Failure(.badData, error.description)
        case let error as BatchOfOneError: Failure(.badData, error.description)
        case let error as KernelDisagreement: Failure(.internalError, error.description)
        default: ofParsing(error)
        }
    }

    private static func of(_ error: TrainingError) -> Failure {
        switch error {
        case .diverged: Failure(.failed, error.description)
        case .settings: Failure(.usage, error.description)
        case .data, .checkpoint: Failure(.badData, error.description)
        }
    }

    /// Help and version leave here with 0; a wrong use is told in two lines.
    private static func ofParsing(_ error: any Error) -> Failure {
        switch LariatCommand.exitCode(for: error) {
        case .success:
            do {
                try Console.output(LariatCommand.fullMessage(for: error) + "\n")
                Foundation.exit(0)
            } catch { return of(error) }
        case .validationFailure:
            let message = LariatCommand.message(for: error).split(separator: "\n").first.map(String.init) ?? ""
            return Failure(.usage, "\(message)\nSee `lariat --help`, or `lariat help` with the name of a command.")
        default: return Failure(.internalError, "an unexpected error: \(error)")
        }
    }
}
