import CKernels
import Foundation
import LariatTestSupport
import LinearAlgebra
import Synchronization
import Testing

@Suite("Engine")
struct EngineTests {
    @Test func reportsWhatRuns() {
        let report = EngineReport.current()
        #expect(report.selfTest == "passed")
        #expect(report.version.split(separator: ".").count == 3)
        #expect(!report.kernelsChosen.isEmpty && !report.reason.isEmpty && report.library.contains("openblas"))
        #expect(report.workers == Machine.workers)
        #expect(["base", "avx2", "avx512"].contains(report.elementKernels))
    }

    /// OpenBLAS ends a process in which more calls overlap than it has buffers for: the gate keeps them apart.
    @Test func manyCallersAtOnce() {
        let (a, b): (Matrix<Double>, Matrix<Double>) = (randomMatrix(96, 96, seed: 1), randomMatrix(96, 96, seed: 2))
        let expected = product(a, b)
        let wrong = Counter()
        onThreads(1000, stackSize: 1 << 20) {
            for _ in 0..<20 where product(a, b) != expected { wrong.value.add(1, ordering: .relaxed) }
        }
        #expect(wrong.value.load(ordering: .relaxed) == 0)
    }

    /// A system that has no memory for another thread: an error, no thread left behind, and a smaller team still works.
    @Test func aRefusedThreadIsAnError() async {
        await #expect(processExitsWith: .success) {
            let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
            let used = UInt(text.split(separator: " ")[0])! * UInt(sysconf(Int32(_SC_PAGESIZE)))
            BLASEngine.prepare()  // which has threads and buffers of its own
            let most = rlim_t(used + 300 << 20)
            var limit = rlimit(rlim_cur: most, rlim_max: most)
            guard setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { exit(2) }
            let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
            do {
                _ = try WorkerTeam(workers: 64)  // 63 stacks of 8 MB
                exit(3)
            } catch {
                guard "\(error)".hasPrefix("cannot start a thread: ") else { exit(4) }
            }
            guard try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count == before else {
                exit(5)
            }
            let sum = Atomic<Int>(0)
            try WorkerTeam(workers: 3).run { sum.add($0.index, ordering: .relaxed) }
            exit(sum.load(ordering: .relaxed) == 3 ? 0 : 6)
        }
    }

    /// Every routine that reaches OpenBLAS or LAPACK, on the small stacks that embedding programs give their threads.
    @Test(arguments: [512 << 10, 1 << 20])
    func smallStacks(size: Int) {
        let expected = (Routines<Float>.run(), Routines<Double>.run())
        let same = Counter()
        onThreads(4, stackSize: size) {
            if Routines<Float>.run() == expected.0 && Routines<Double>.run() == expected.1 {
                same.value.add(1, ordering: .relaxed)
            }
        }
        #expect(same.value.load(ordering: .relaxed) == 4)
    }

    /// From the kernels that OpenBLAS picks on processors it does not know, back to what this one can run.
    @Test func aPoorChoiceIsRepaired() async {
        await #expect(processExitsWith: .success) {
            let isBase = String(cString: ck_level_name(ck_level_supported())) == "base"
            let choice = ck_blas_choice_again("Prescott")
            guard String(cString: choice.found) == "Prescott" else { exit(2) }
            guard (choice.repaired == 1) == !isBase else { exit(3) }
            guard isBase || String(cString: choice.chosen) != "Prescott" else { exit(4) }
            guard EngineReport.current().selfTest == "passed" else { exit(5) }
            // A repaired choice that computed wrongly would be taken back.
            guard ck_blas_choice_undo("undone") == choice.repaired else { exit(6) }
            guard String(cString: ck_blas_choice_made().chosen) == "Prescott" else { exit(7) }
        }
    }
}

private final class Counter: Sendable { let value = Atomic<Int>(0) }

private func product<Scalar>(_ a: Matrix<Scalar>, _ b: Matrix<Scalar>) -> Matrix<Scalar> {
    var c = Matrix<Scalar>(rows: a.rows, columns: b.columns)
    multiply(a, b, into: &c)
    return c
}

/// Runs `body` on `count` threads at once and waits for them.
private func onThreads(_ count: Int, stackSize: Int, _ body: @escaping @Sendable () -> Void) {
    let done = DispatchSemaphore(value: 0)
    for _ in 0..<count {
        let thread = Thread {
            body()
            done.signal()
        }
        thread.stackSize = stackSize
        thread.start()
    }
    for _ in 0..<count { done.wait() }
}

/// One run of every routine over OpenBLAS and LAPACK, as one list of numbers.
private enum Routines<Scalar: BLASScalar> {
    static func run() -> [Scalar] {
        let n = 300
        let x: Matrix<Scalar> = randomMatrix(n, n, seed: 3)
        var results = product(x, x).elements
        var gramian = gram(x)
        results += gramian.elements
        for i in 0..<n { gramian[i, i] += Scalar(n) }
        let factor = try? Cholesky(gramian)
        results += (try? factor?.solve(x))?.elements ?? []
        var y = x.elements
        add(y, scale: 2, to: &y)
        scale(&y, by: 0.5)
        results += y + [dot(y, y), Scalar(norm(y))]
        let bias = Array(repeating: Scalar(1), count: n)
        var (forward, backward) = (bias, bias)
        multiply(x, bias, into: &forward, .adding, scale: 2)
        multiply(x, transposing: true, forward, into: &backward)
        results += forward + backward
        var z = Matrix<Scalar>(rows: n, columns: n)
        DenseKernel.forward(x, weights: x, bias: bias, activation: .relu, into: &z)
        return results + z.elements
    }
}
