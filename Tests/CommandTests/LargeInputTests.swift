import Foundation
import Testing

/// Inputs that are large in one way each, through a pipe: read in linear time and little memory, or refused.
@Suite("Large inputs", .serialized)
struct LargeInputTests {
    /// A shell command that writes the data, and what reading them may take.
    struct Input: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let generator: String
        let cells: Int
        let message: String
    }

    static let inputs = [
        Input(
            testDescription: "a line without end", generator: "head -c 2147483648 /dev/zero | tr '\\0' 7",
            cells: 1 << 25,
            message: "standard input, line 1, byte 0: a record longer than 256 MiB\n"
                + "Is a quote not closed, or are the line ends missing?"),
        Input(
            testDescription: "five million rows", generator: "echo a,y; yes 1,2 | head -n 5000000", cells: 10_000_000,
            message: "standard input has no column 'absent' for the target\nIts columns are: a, y"),
        Input(
            testDescription: "a million columns",
            generator:
                "seq 1000000 | paste -sd, -; for i in 1 2 3 4 5; do yes 1 | head -n 1000000 | paste -sd, -; done",
            cells: 5_000_000,
            message: "standard input has no column 'absent' for the target\n"
                + "Its columns are: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, …"),
    ]

    /// Memory: 8 bytes a cell and 200 MB.
    @Test(.timeLimit(.minutes(1)), arguments: inputs)
    func areReadOrRefused(input: Input) throws {
        let run = try CommandRun()
        defer { run.clean() }
        let (result, peak) = try run.run(["train", "-", "--target", "absent"], readingFrom: input.generator)
        #expect(result.code == 65)
        #expect(result.errors == "lariat: \(input.message)\n")
        #expect(peak <= 8 * input.cells + 200_000_000)
    }
}
