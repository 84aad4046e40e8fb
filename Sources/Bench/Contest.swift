package import LinearAlgebra

/// The three forms in which a kernel is measured.
package enum Form: Int, CaseIterable, Sendable {
    /// Loops in Swift, as one writes them down.
    case naive
    /// A call of BLAS for what BLAS has, simple Swift loops around it.
    case blas
    /// The library's kernels.
    case ours

    package var name: String {
        switch self {
        case .naive: "naive"
        case .blas: "blas"
        case .ours: "ours"
        }
    }
}

/// The precision that a kernel computes in.
package enum Precision: String, Sendable, Codable {
    case float, double

    package init<Scalar: BLASScalar>(_ type: Scalar.Type) { self = type == Float.self ? .float : .double }
}

/// What a kernel costs at the least: its operations, and the bytes that it must read and write once.
package struct Cost: Sendable {
    package let flops: Double
    package let reads, writes: Double
    /// The bytes of all memory that it touches: what decides which cache feeds it.
    package let footprint: Double

    /// A cost with memory counted in scalars; the footprint by default is all that is read or written.
    package init<Scalar: BLASScalar>(
        _: Scalar.Type, flops: Int, reads: Int, writes: Int, footprint: Int? = nil
    ) {
        let size = Double(MemoryLayout<Scalar>.size)
        self.flops = Double(flops)
        (self.reads, self.writes) = (Double(reads) * size, Double(writes) * size)
        self.footprint = Double(footprint ?? reads + writes) * size
    }

    var bytes: Double { reads + writes }
}

/// One kernel at one shape, in three forms that must compute the same.
package protocol Contest: AnyObject {
    var kernel: String { get }
    var shape: String { get }
    var precision: Precision { get }
    var cost: Cost { get }
    /// What the forms must agree on.
    var outputs: [Output] { get }
    /// How many of the available workers share it: a rule on its shape.
    func workers(of available: Int) -> Int
    /// Runs one form, which leaves its outputs.
    func run(_ form: Form, on team: WorkerTeam)
    /// Runs one form for its outputs to be compared.
    func prove(_ form: Form, on team: WorkerTeam) throws
    /// The median seconds of one run.
    func seconds(_ form: Form, on team: WorkerTeam, within budget: Double) throws -> Double
}

extension Contest {
    /// As in a training step, small work stays on one worker: the barriers would cost more than the second one brings.
    package func workers(of available: Int) -> Int {
        cost.flops >= 8e6 || cost.bytes >= 4e6 ? available : 1
    }

    package func prove(_ form: Form, on team: WorkerTeam) throws { run(form, on: team) }

    package func seconds(_ form: Form, on team: WorkerTeam, within budget: Double) throws -> Double {
        Stopwatch.median(within: budget) { run(form, on: team) }
    }

    /// "gemm 64×64×64 float", as errors and progress name it.
    var title: String { "\(kernel) \(shape) \(precision.rawValue)" }
}

extension WorkerTeam {
    /// Runs `program` on the team, or directly where the caller is all of it, as one calls a kernel.
    func share(_ program: (Worker) -> Void) { if count == 1 { program(.alone) } else { run(program) } }
}
