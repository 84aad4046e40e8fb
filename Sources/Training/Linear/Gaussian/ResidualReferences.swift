internal import LinearAlgebra

/// Pairs of residuals for which the products with some features are known exactly.
///
/// A new residual r is near the plane of two old ones, x₀·a + x₁·b, so that for every feature the Cauchy–Schwarz
/// inequality bounds the new product by old ones, without a look at its column:
///
/// |x_jᵀr − x₀·x_jᵀa − x₁·x_jᵀb| ≤ ‖x_j‖·‖r − x₀·a − x₁·b‖.
final class ResidualReferences {
    /// How a residual is written by a reference.
    struct Estimate {
        var x0 = 0.0
        var x1 = 0.0
        /// ‖r − x₀·a − x₁·b‖, with a margin for rounding.
        var distance = Double.infinity
    }

    private final class Reference {
        let a, b: WorkVector<Double>
        let aa, ab, bb: Double
        init(_ rows: Int, _ first: UnsafePointer<Double>, _ second: UnsafePointer<Double>) {
            a = WorkVector(UnsafeBufferPointer(start: first, count: rows))
            b = WorkVector(UnsafeBufferPointer(start: second, count: rows))
            aa = Double.sumOfSquares(rows, first)
            ab = Double.dot(rows, first, second)
            bb = Double.sumOfSquares(rows, second)
        }
    }

    private let rows: Int
    private var references: [Reference?] = []
    /// How many features use each.
    private var users: [Int] = []
    private let scratch: WorkVector<Double>

    init(rows: Int) {
        self.rows = rows
        scratch = WorkVector(capacity: rows * ChunkCrew.chunks)
    }

    /// How many references there have been.
    var count: Int { references.count }

    /// Keeps a pair of residuals; returns its number.
    func add(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>) -> Int {
        references.append(Reference(rows, a, b))
        users.append(0)
        return references.count - 1
    }

    /// Changes how many features use a reference; one that none uses is freed at the next ``estimates(of:_:)``.
    func change(users change: Int, of number: Int) { users[number] += change }

    /// How each residual of a batch is written by each reference, [references × batch].
    func estimates(of batch: ResidualBatch, _ crew: ChunkCrew) -> [Estimate] {
        for number in references.indices where users[number] == 0 { references[number] = nil }
        let live = references.indices.filter { references[$0] != nil }
        var all = [Estimate](repeating: Estimate(), count: references.count * batch.count)
        let work = live.count * batch.count
        all.withUnsafeMutableBufferPointer { all in
            let all = all.baseAddress!
            crew.eachChunk { chunk in
                for k in WorkerTeam.shard(of: work, index: chunk, of: ChunkCrew.chunks) {
                    let (number, l) = (live[k / batch.count], k % batch.count)
                    all[number * batch.count + l] = estimate(
                        references[number]!, batch.residual(l), batch.squares[l], scratch.base + chunk * rows)
                }
            }
        }
        return all
    }

    /// Least squares by the normal equations; by one vector where two are too near to each other.
    private func estimate(
        _ reference: Reference, _ r: UnsafePointer<Double>, _ square: Double, _ difference: UnsafeMutablePointer<Double>
    ) -> Estimate {
        let (aa, ab, bb) = (reference.aa, reference.ab, reference.bb)
        let (ar, br) = (Double.dot(rows, reference.a.base, r), Double.dot(rows, reference.b.base, r))
        let determinant = aa * bb - ab * ab
        var found = Estimate()
        if determinant > 1e-8 * aa * bb {
            found.x0 = (ar * bb - br * ab) / determinant
            found.x1 = (br * aa - ar * ab) / determinant
        } else if aa > 0 {
            found.x0 = ar / aa
        }
        // The difference itself and not ‖r‖² − …, which would cancel.
        difference.update(from: r, count: rows)
        Double.axpy(rows, -found.x0, reference.a.base, difference)
        if found.x1 != 0 { Double.axpy(rows, -found.x1, reference.b.base, difference) }
        let distance = Double.sumOfSquares(rows, difference).squareRoot()
        found.distance = distance * (1 + 1e-9) + 1e-12 * square.squareRoot()
        return found
    }
}
