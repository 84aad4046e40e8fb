/// How a model was made: written with it, and nothing in it depends on when or where.
public struct ModelCard: Sendable, Hashable, Codable {
    /// One penalty of the objective.
    public struct Penalty: Sendable, Hashable, Codable {
        /// l1, l2, elastic-net, group-lasso or max-norm.
        public var kind: String
        /// λ, or the bound of a max-norm.
        public var strength: Double
        /// ρ of an elastic net.
        public var l1Ratio: Double?
        /// The roles it acts on.
        public var roles: [String]

        /// A penalty.
        public init(kind: String, strength: Double, l1Ratio: Double? = nil, roles: [String]) {
            (self.kind, self.strength, self.l1Ratio, self.roles) = (kind, strength, l1Ratio, roles)
        }
    }

    /// The objective, in one line of mathematics.
    public var objective: String
    /// The name of the loss.
    public var loss: String
    /// The penalties.
    public var penalties: [Penalty]
    /// The optimizer, in words.
    public var optimizer: String
    /// Epochs trained.
    public var epochs: Int
    /// The seed.
    public var seed: UInt64
    /// Rows of the training data.
    public var rows: Int
    /// Workers of the training step.
    public var workers: Int
    /// The metrics on training and validation data.
    public var metrics: [String: [String: Double]]
    /// The library, its BLAS and its kernels.
    public var createdWith: String
    /// A model from a regularisation path: what it solves; nil for others.
    public var linear: LinearCard?
    /// A model from a regularisation path: how close it is to the solution; nil for others.
    public var certificate: Certificate?

    /// A card.
    public init(
        objective: String, loss: String, penalties: [Penalty], optimizer: String, epochs: Int, seed: UInt64, rows: Int,
        workers: Int, metrics: [String: [String: Double]], createdWith: String
    ) {
        (self.objective, self.loss, self.penalties, self.optimizer) = (objective, loss, penalties, optimizer)
        (self.epochs, self.seed, self.rows, self.workers) = (epochs, seed, rows, workers)
        (self.metrics, self.createdWith) = (metrics, createdWith)
    }
}
